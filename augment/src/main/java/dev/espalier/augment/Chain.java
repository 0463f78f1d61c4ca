package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * Applies several augmentations in turn. Each draws from a stream of its own, which depends on its
 * position: exchanging one leaves the numbers of the others as they were.
 *
 * @param augmentations first to last; none leaves images as they are
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
