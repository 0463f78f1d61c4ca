package dev.espalier.augment;

import static dev.espalier.augment.OptionForms.FILL_VALUE;
import static dev.espalier.augment.OptionForms.INTERPOLATION;

import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/** What combines others, under the names that configuration uses. */
final class PolicyComponents {
  private static final OptionDescription<Integer> OPERATIONS =
      OptionDescription.wholeNumber("operations", 0, 100, "Changes of each image.").withDefault(2);
  private static final OptionDescription<Double> FACTOR =
      OptionDescription.number("factor", 0, 1, "Strength of them.").withDefault(0.5);
  private static final OptionDescription<Double> LEVEL =
      OptionDescription.number("level", 0, 30, "Strength of them, on the scale to 10.")
          .withDefault(9.0);
  private static final OptionDescription<Integer> LEVELS =
      OptionDescription.wholeNumber("levels", 2, 1000, "Strengths there are.").withDefault(31);
  private static final OptionDescription<Integer> GREY_FILL =
      FILL_VALUE.withDefault(TrivialAugment.wide().fillValue());
  private static final OptionDescription<Integer> CHAINS =
      OptionDescription.wholeNumber("chains", 1, 100, "Chains that are mixed.").withDefault(3);
  private static final OptionDescription<Integer> DEPTH =
      OptionDescription.wholeNumber("depth", 1, 100, "Changes in a chain.").withDefault(3);
  private static final OptionDescription<Double> AUGMIX_FACTOR = FACTOR.withDefault(0.3);
  private static final OptionDescription<Double> AUGMIX_ALPHA = alpha(1);
  private static final OptionDescription<Boolean> ALL =
      OptionDescription.flag("all", "Takes changes of brightness and colour in, too.")
          .withDefault(true);
  private static final OptionDescription<Double> MIXUP_ALPHA = alpha(0.2);
  private static final OptionDescription<Range> CUTMIX_FACTOR =
      OptionForms.fromZero("factor", Range.of(0, 1), "Where the parameter of the shares lies.");

  private PolicyComponents() {}

  private static OptionDescription<Double> alpha(double usual) {
    return OptionDescription.number(
            "alpha", Double.MIN_VALUE, 1e6, "Parameter of the shares: small ones mix little.")
        .withDefault(usual);
  }

  static List<Component<Augmentation>> all() {
    return List.of(
        Component.of(
            "rand-augment",
            "Some changes drawn at random: RandAugment of Keras.",
            List.of(OPERATIONS, FACTOR, INTERPOLATION),
            options ->
                new RandAugment(
                    options.get(OPERATIONS), options.get(FACTOR), options.get(INTERPOLATION))),
        Component.of(
            "imagenet-rand-augment",
            "Some changes drawn at random, as for the published weights.",
            List.of(OPERATIONS, LEVEL),
            options -> new ImageNetRandAugment(options.get(OPERATIONS), options.get(LEVEL))),
        Component.of("auto-augment", "The published policy for ImageNet.", AutoAugment.imagenet()),
        Component.of(
            "trivial-augment",
            "One change of any strength.",
            List.of(LEVELS, INTERPOLATION, GREY_FILL),
            options ->
                new TrivialAugment(
                    options.get(LEVELS), options.get(INTERPOLATION), options.get(GREY_FILL))),
        Component.of(
            "aug-mix",
            "Mixes an image with changed copies of it.",
            List.of(CHAINS, DEPTH, AUGMIX_FACTOR, AUGMIX_ALPHA, ALL, INTERPOLATION),
            options ->
                new AugMix(
                    options.get(CHAINS),
                    options.get(DEPTH),
                    options.get(AUGMIX_FACTOR),
                    options.get(AUGMIX_ALPHA),
                    options.get(ALL),
                    options.get(INTERPOLATION))));
  }

  static List<Component<BatchAugmentation>> ofBatches() {
    return List.of(
        Component.of(
            "mix-up",
            "Blends each image with another one, and the labels alike.",
            List.of(MIXUP_ALPHA),
            options -> new MixUp(options.get(MIXUP_ALPHA))),
        Component.of(
            "cut-mix",
            "Pastes a part of another image in, and counts its label by the area.",
            List.of(CUTMIX_FACTOR),
            options -> new CutMix(options.get(CUTMIX_FACTOR))));
  }
}
