package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * Applies one of several augmentations, each equally likely.
 *
 * @param choices at least one
 */
public record RandomChoice(List<Augmentation> choices) implements Augmentation {
  /** Copies the list. */
  public RandomChoice {
    choices = List.copyOf(choices);
    Arguments.require(
        !choices.isEmpty(),
        "RandomChoice has nothing to choose from.",
        "Give at least one augmentation.");
  }

  /** Returns the choice between these augmentations. */
  public static RandomChoice of(Augmentation... choices) {
    return new RandomChoice(List.of(choices));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return choices.get(random.nextInt(choices.size())).apply(image, random.split());
  }
}
