package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * Applies several augmentations in turn. Each draws from a stream of its own, which depends on its
 * position: exchanging one leaves the numbers of the others as they were.
 *
 * @param steps first to last; none leaves images as they are
 */
public record Chain(List<Augmentation> steps) implements Augmentation {
  /** Copies the list. */
  public Chain {
    steps = List.copyOf(steps);
  }

  /** Returns the chain of these augmentations. */
  public static Chain of(Augmentation... steps) {
    return new Chain(List.of(steps));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Image result = image;
    for (Augmentation step : steps) {
      result = step.apply(result, random.split());
    }
    return result;
  }
}
