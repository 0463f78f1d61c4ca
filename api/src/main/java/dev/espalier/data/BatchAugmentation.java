package dev.espalier.data;

import dev.espalier.random.RandomStream;

/**
 * Changes the images of a batch at random together with their labels, for example by mixing images
 * of different classes. Implementations are immutable and thread-safe, usually records.
 */
@FunctionalInterface
public interface BatchAugmentation {
  /**
   * Returns the changed batch, with as many images of the same size and as many classes. Called by
   * the threads that prepare batches, after each image went through its augmentations.
   *
   * @param random numbers that depend on the seed, the epoch, the step within it and the position
   *     of this augmentation alone
   */
  ImageBatch apply(ImageBatch batch, RandomStream random);
}
