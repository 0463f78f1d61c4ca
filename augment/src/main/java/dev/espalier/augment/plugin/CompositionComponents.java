package dev.espalier.augment.plugin;

import dev.espalier.augment.policy.Chain;
import dev.espalier.augment.policy.RandomApply;
import dev.espalier.augment.policy.RandomChoice;
import dev.espalier.data.Augmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Parts;
import java.util.List;

/** The augmentations composed of others, as components. */
final class CompositionComponents {
  private static final OptionDescription<Double> PROBABILITY =
      OptionDescription.number("probability", 0, 1, "Fraction of images to augment.")
          .withDefault(0.5);

  private CompositionComponents() {}

  private static Parts augmentations(int fewest, String description) {
    return new Parts("augmentations", fewest, description);
  }

  static List<Component<Augmentation>> all() {
    return List.of(
        Component.madeOf(
            "random-apply",
            "Applies augmentations to a random subset of the images.",
            List.of(PROBABILITY),
            augmentations(1, "Augmentations to apply, in this order."),
            (options, parts) -> new RandomApply(options.get(PROBABILITY), parts)),
        Component.madeOf(
            "random-choice",
            "Applies one augmentation chosen at random, with equal probability.",
            List.of(),
            augmentations(1, "Augmentations to choose from."),
            (options, parts) -> new RandomChoice(parts)),
        Component.madeOf(
            "chain",
            "Applies augmentations in sequence; groups them inside random-choice.",
            List.of(),
            augmentations(0, "Augmentations to apply, in this order."),
            (options, parts) -> new Chain(parts)));
  }
}
