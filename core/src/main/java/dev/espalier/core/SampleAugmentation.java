package dev.espalier.core;

import dev.espalier.core.internal.data.AugmentationSequence;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import java.util.List;

/**
 * Augmentations as a {@link Trainer} applies them: what is drawn for a sample depends on seed,
 * epoch, the sample's index and the place of the augmentation in the list alone. So what a sample
 * looks like in an epoch can be told without a training. Immutable, and thread-safe as
 * augmentations are.
 *
 * @param augmentations applied in this order
 * @param seed of the training
 */
public record SampleAugmentation(List<Augmentation> augmentations, long seed) {
  /** Copies the list. */
  public SampleAugmentation {
    augmentations = List.copyOf(augmentations);
  }

  /**
   * Returns an image as a training sees it, before it is brought to the size of the batch.
   *
   * @param index of the sample in the data set
   * @param epoch from 0; a second fit of a trainer goes on counting
   */
  public Image apply(Image image, int index, long epoch) {
    return new AugmentationSequence(augmentations, seed).apply(image, index, epoch);
  }
}
