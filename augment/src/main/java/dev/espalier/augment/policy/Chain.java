package dev.espalier.augment.policy;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * Applies augmentations in sequence. Each draws from its own stream of random numbers, which
 * depends on its position: replacing one does not change the random numbers of the others.
 * Immutable and thread-safe.
 *
 * @param augmentations augmentations to apply, first to last; an empty list leaves images unchanged
 */
public record Chain(List<Augmentation> augmentations) implements Augmentation {
  /** Copies the list. */
  public Chain {
    augmentations = List.copyOf(augmentations);
  }

  /** Returns the chain of these augmentations. */
  public static Chain of(Augmentation... augmentations) {
    return new Chain(List.of(augmentations));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Image result = image;
    for (Augmentation augmentation : augmentations) {
      result = augmentation.apply(result, random.split());
    }
    return result;
  }
}
