package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;

/**
 * An image with its class, or in a {@linkplain Dataset#multiLabel() multi-label} data set with any
 * number of classes. Immutable.
 *
 * @param labels indices into the class names of the data set, each once; empty if the image shows
 *     none of the classes
 */
public record Sample(Image image, List<Integer> labels) {
  /** Copies the list and checks that no class is named twice. */
  public Sample {
    labels = List.copyOf(labels);
    if (labels.size() > 1 && labels.stream().distinct().count() < labels.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A sample has one label twice: " + labels + ".",
          "Name each class once.");
    }
  }

  /** Takes one class. */
  public Sample(Image image, int label) {
    this(image, List.of(label));
  }

  /**
   * Returns the class of an image that has exactly one.
   *
   * @throws EspalierException {@code INVALID_ARGUMENT} if it has none or several
   */
  public int label() {
    return Labels.only(labels, "The sample");
  }
}
