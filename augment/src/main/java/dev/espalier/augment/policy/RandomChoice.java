package dev.espalier.augment.policy;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * Applies one of several augmentations, chosen with equal probability. Immutable and thread-safe.
 *
 * @param augmentations augmentations to choose from, at least one
 */
public record RandomChoice(List<Augmentation> augmentations) implements Augmentation {
  /** Copies the list. */
  public RandomChoice {
    augmentations = List.copyOf(augmentations);
    Arguments.require(
        !augmentations.isEmpty(),
        "RandomChoice has nothing to choose from.",
        "Give at least one augmentation.");
  }

  /** Returns the choice between these augmentations. */
  public static RandomChoice of(Augmentation... augmentations) {
    return new RandomChoice(List.of(augmentations));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    int chosen = random.nextInt(augmentations.size());
    return augmentations.get(chosen).apply(image, random.split());
  }
}
