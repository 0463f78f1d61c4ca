package dev.espalier.core;

import dev.espalier.core.internal.data.AugmentationSequence;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import java.util.List;

/**
 * Augments images as a {@link Trainer} does. The random numbers for a sample depend only on the
 * seed, the epoch, the index of the sample and the position of the augmentation in the list, so
 * augmented samples of an epoch can be reproduced without training. Immutable, and thread-safe if
 * the augmentations are.
 *
 * @param augmentations applied in this order
 * @param seed random seed of the training
 */
public record SampleAugmentation(List<Augmentation> augmentations, long seed) {
  /** Copies the list. */
  public SampleAugmentation {
    augmentations = List.copyOf(augmentations);
  }

  /**
   * Returns an augmented image as used in training, before it is resized to the size of the batch.
   *
   * @param index of the sample in the data set
   * @param epoch from 0; further calls of {@code fit} on a trainer continue counting
   */
  public Image apply(Image image, int index, long epoch) {
    return new AugmentationSequence(augmentations, seed).apply(image, index, epoch);
  }
}
