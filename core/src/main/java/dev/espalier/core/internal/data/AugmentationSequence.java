package dev.espalier.core.internal.data;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomKey;
import java.util.List;

/**
 * Augmentations in order. The random numbers for a sample depend only on the seed, the epoch, the
 * index of the sample and the position of the augmentation in the list. Immutable, and thread-safe
 * if the augmentations are.
 *
 * @param augmentations applied in this order
 * @param seed random seed of the training
 */
public record AugmentationSequence(List<Augmentation> augmentations, long seed) {
  /** Copies the list. */
  public AugmentationSequence {
    augmentations = List.copyOf(augmentations);
  }

  /** Returns the augmented image of a sample in an epoch. */
  public Image apply(Image image, int index, long epoch) {
    RandomKey key = RandomKey.ofSeed(seed).with("augment").with(epoch).with(index);
    Image result = image;
    for (int i = 0; i < augmentations.size(); i++) {
      result = augmentations.get(i).apply(result, key.with(i).stream());
    }
    return result;
  }
}
