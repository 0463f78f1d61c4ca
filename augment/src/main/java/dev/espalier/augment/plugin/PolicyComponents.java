package dev.espalier.augment.plugin;

import static dev.espalier.augment.plugin.OptionForms.FILL_VALUE;
import static dev.espalier.augment.plugin.OptionForms.INTERPOLATION;

import dev.espalier.augment.Range;
import dev.espalier.augment.mix.CutMix;
import dev.espalier.augment.mix.MixUp;
import dev.espalier.augment.policy.AugMix;
import dev.espalier.augment.policy.AutoAugment;
import dev.espalier.augment.policy.ImageNetRandAugment;
import dev.espalier.augment.policy.RandAugment;
import dev.espalier.augment.policy.TrivialAugment;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/** The published policies, as components. */
final class PolicyComponents {
  private static final OptionDescription<Integer> OPERATIONS =
      OptionDescription.wholeNumber(
              "operations", 0, 100, "Number of augmentations applied to each image.")
          .withDefault(2);
  private static final OptionDescription<Double> FACTOR =
      OptionDescription.number("factor", 0, 1, "Maximum strength of the augmentations.")
          .withDefault(0.5);
  private static final OptionDescription<Double> LEVEL =
      OptionDescription.number(
              "level",
              0,
              30,
              "Strength of the augmentations; 10 is the full strength in the RandAugment"
                  + " paper.")
          .withDefault(9.0);
  private static final OptionDescription<Integer> LEVELS =
      OptionDescription.wholeNumber("levels", 2, 1000, "Number of strength levels.")
          .withDefault(31);
  private static final OptionDescription<Integer> GREY_FILL =
      FILL_VALUE.withDefault(TrivialAugment.wide().fillValue());
  private static final OptionDescription<Integer> CHAINS =
      OptionDescription.wholeNumber("chains", 1, 100, "Number of augmentation chains to mix.")
          .withDefault(3);
  private static final OptionDescription<Integer> DEPTH =
      OptionDescription.wholeNumber("depth", 1, 100, "Number of augmentations in each chain.")
          .withDefault(3);
  private static final OptionDescription<Double> AUGMIX_FACTOR = FACTOR.withDefault(0.3);
  private static final OptionDescription<Double> AUGMIX_ALPHA =
      alpha(
          1,
          "Parameter of the Dirichlet and beta distributions that the mixing weights are drawn"
              + " from.");
  private static final OptionDescription<Boolean> ALL =
      OptionDescription.flag("all", "Includes brightness, color, contrast and sharpness.")
          .withDefault(true);
  private static final OptionDescription<Double> MIXUP_ALPHA =
      alpha(
          0.2,
          "Parameter of the beta distribution; small values leave most images nearly unmixed.");
  private static final OptionDescription<Range> CUTMIX_FACTOR =
      OptionForms.fromZero(
          "factor",
          Range.of(0, 1),
          "Range from which alpha, the parameter of the beta distribution, is drawn for"
              + " each batch.");

  private PolicyComponents() {}

  private static OptionDescription<Double> alpha(double usual, String description) {
    return OptionDescription.number("alpha", Double.MIN_VALUE, 1e6, description).withDefault(usual);
  }

  static List<Component<Augmentation>> all() {
    return List.of(
        Component.of(
            "rand-augment",
            "RandAugment, as in Keras.",
            List.of(OPERATIONS, FACTOR, INTERPOLATION),
            options ->
                new RandAugment(
                    options.get(OPERATIONS), options.get(FACTOR), options.get(INTERPOLATION))),
        Component.of(
            "imagenet-rand-augment",
            "RandAugment in the version that the published EfficientNet weights were"
                + " trained with.",
            List.of(OPERATIONS, LEVEL),
            options -> new ImageNetRandAugment(options.get(OPERATIONS), options.get(LEVEL))),
        Component.of(
            "auto-augment",
            "AutoAugment with the policy published for ImageNet.",
            AutoAugment.imagenet()),
        Component.of(
            "trivial-augment",
            "TrivialAugment: applies one augmentation of random strength.",
            List.of(LEVELS, INTERPOLATION, GREY_FILL),
            options ->
                new TrivialAugment(
                    options.get(LEVELS), options.get(INTERPOLATION), options.get(GREY_FILL))),
        Component.of(
            "aug-mix",
            "AugMix: mixes an image with augmented copies of itself.",
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
            "MixUp: blends pairs of images and their labels.",
            List.of(MIXUP_ALPHA),
            options -> new MixUp(options.get(MIXUP_ALPHA))),
        Component.of(
            "cut-mix",
            "CutMix: pastes a patch of another image and mixes the labels in proportion to"
                + " its area.",
            List.of(CUTMIX_FACTOR),
            options -> new CutMix(options.get(CUTMIX_FACTOR))));
  }
}
