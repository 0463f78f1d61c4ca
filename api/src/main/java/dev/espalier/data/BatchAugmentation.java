package dev.espalier.data;

import dev.espalier.random.RandomStream;

/**
 * Changes the images of a batch at random together with their labels, for example by mixing images
 * of different classes. Implementations are immutable and thread-safe, usually records.
 */
@FunctionalInterface
public interface BatchAugmentation {
  /**
   * Returns the augmented batch, with the same number of images, image size and number of classes.
   * Called by the threads that prepare batches, after the augmentations of each image.
   *
   * @param random random numbers that depend only on the seed, the epoch, the step within it and
   *     the position of this augmentation
   */
  ImageBatch apply(ImageBatch batch, RandomStream random);
}
