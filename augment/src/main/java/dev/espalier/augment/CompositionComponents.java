package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Parts;
import java.util.List;

/** What is made of other augmentations, under the names that configuration uses. */
final class CompositionComponents {
  private static final OptionDescription<Double> PROBABILITY =
      OptionDescription.number("probability", 0, 1, "Share of the images that are changed.")
          .withDefault(0.5);

  private CompositionComponents() {}

  private static Parts augmentations(int fewest, String description) {
    return new Parts("augmentations", fewest, description);
  }

  static List<Component<Augmentation>> all() {
    return List.of(
        Component.madeOf(
            "random-apply",
            "Changes some of the images.",
            List.of(PROBABILITY),
            augmentations(1, "What is done to them, in this order."),
            (options, parts) -> new RandomApply(options.get(PROBABILITY), parts)),
        Component.madeOf(
            "random-choice",
            "Does one of several things, each equally likely.",
            List.of(),
            augmentations(1, "What is chosen from."),
            (options, parts) -> new RandomChoice(parts)),
        Component.madeOf(
            "chain",
            "Does several things in turn, as one of a choice.",
            List.of(),
            augmentations(0, "What is done, in this order."),
            (options, parts) -> new Chain(parts)));
  }
}
