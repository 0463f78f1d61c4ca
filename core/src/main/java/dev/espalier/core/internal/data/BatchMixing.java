package dev.espalier.core.internal.data;

import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.ImageBatch;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomKey;
import java.util.List;

/**
 * The augmentations of whole batches. Without any, labels stay class indices.
 *
 * @param augmentations applied in this order
 * @param classes number of classes
 * @param seed of the random numbers
 */
public record BatchMixing(List<BatchAugmentation> augmentations, int classes, long seed) {
  /** Copies the list. */
  public BatchMixing {
    augmentations = List.copyOf(augmentations);
  }

  /** Returns an instance that does not change batches. */
  public static BatchMixing none() {
    return new BatchMixing(List.of(), 0, 0);
  }

  /** Returns whether batches stay unchanged. */
  public boolean isNone() {
    return augmentations.isEmpty();
  }

  /** Returns the augmented batch of a step. */
  ImageBatch mix(ImageBatch batch, long epoch, int step) {
    RandomKey key = RandomKey.ofSeed(seed).with("augment batch").with(epoch).with(step);
    ImageBatch result = batch;
    for (int i = 0; i < augmentations.size(); i++) {
      BatchAugmentation augmentation = augmentations.get(i);
      result = augmentation.apply(result, key.with(i).stream());
      check(augmentation, batch, result);
    }
    return result;
  }

  private static void check(BatchAugmentation augmentation, ImageBatch before, ImageBatch after) {
    if (!describe(before).equals(describe(after))) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          augmentation + " made " + describe(after) + " of " + describe(before) + ".",
          "A batch augmentation must keep the number of images, their size, and the classes.");
    }
  }

  private static String describe(ImageBatch batch) {
    return batch.images().size()
        + " images like "
        + batch.images().get(0)
        + " of "
        + batch.labels().classes()
        + " classes";
  }
}
