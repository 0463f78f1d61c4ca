package dev.espalier.core.internal.data;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomKey;
import java.util.List;

/**
 * Augmentations in their order. What is drawn for a sample depends on the seed, the epoch, the
 * sample's index and the position of the augmentation in the list alone. Immutable, and thread-safe
 * as augmentations are.
 *
 * @param augmentations applied in this order
 * @param seed of the training
 */
public record AugmentationSequence(List<Augmentation> augmentations, long seed) {
  /** Copies the list. */
  public AugmentationSequence {
    augmentations = List.copyOf(augmentations);
  }

  /** Returns the image of a sample as it is in an epoch. */
  public Image apply(Image image, int index, long epoch) {
    RandomKey key = RandomKey.ofSeed(seed).with("augment").with(epoch).with(index);
    Image result = image;
    for (int i = 0; i < augmentations.size(); i++) {
      result = augmentations.get(i).apply(result, key.with(i).stream());
    }
    return result;
  }
}
