package dev.espalier.data;

import dev.espalier.random.RandomStream;

/**
 * Changes an image at random without changing its class. Implementations are immutable and
 * thread-safe, usually records: worker threads call one instance at the same time.
 */
@FunctionalInterface
public interface Augmentation {
  /**
   * Returns the augmented image. Called by the threads that prepare batches.
   *
   * @param random random numbers that depend only on the seed, the epoch, the sample and the
   *     position of this augmentation
   */
  Image apply(Image image, RandomStream random);
}
