package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;

/**
 * Images of the same size with their labels, as a {@link BatchAugmentation} changes them.
 * Immutable.
 *
 * @param images images of the same size, at least one
 * @param labels labels, one row per image
 */
public record ImageBatch(List<Image> images, SoftLabels labels) {
  /** Copies the list and checks the sizes. */
  public ImageBatch {
    images = List.copyOf(images);
    if (images.isEmpty() || images.size() != labels.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A batch of " + images.size() + " images has labels for " + labels.size() + ".",
          "Give at least one image, and a label for each.");
    }
    String first = images.get(0).toString();
    for (Image image : images) {
      if (!image.toString().equals(first)) {
        throw new EspalierException(
            ErrorCode.INVALID_IMAGE,
            "A batch has an " + first + " and an " + image + ".",
            "Resize all images of a batch to the same size.");
      }
    }
  }
}
