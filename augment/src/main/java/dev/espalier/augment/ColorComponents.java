package dev.espalier.augment;

import static dev.espalier.augment.OptionForms.FILLING;

import dev.espalier.data.Augmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/** What changes colours or removes parts, under the names that configuration uses. */
final class ColorComponents {
  private static final OptionDescription<Range> ADDED =
      OptionForms.bothWays("factor", Range.within(0.2), "Share of 255 that is added.");
  private static final OptionDescription<Range> MULTIPLIER =
      OptionForms.exactly("multiplier", Range.of(0.8, 1.2), "1 is unchanged, from 0 to 2.");
  private static final OptionDescription<Range> SATURATION =
      OptionForms.exactly("factor", Range.of(0.4, 0.6), "0 is grey, 0.5 unchanged, 1 full colour.");
  private static final OptionDescription<Range> HUE =
      OptionForms.fromZero("factor", Range.of(0, 0.1), "Half turns of the hue, either way.");
  private static final OptionDescription<Range> BRIGHTNESS_MULTIPLIER =
      OptionForms.exactly("brightness", Range.of(0.6, 1.4), "1 is unchanged.");
  private static final OptionDescription<Range> CONTRAST_MULTIPLIER =
      OptionForms.exactly("contrast", Range.of(0.6, 1.4), "1 is unchanged.");
  private static final OptionDescription<Range> SATURATION_MULTIPLIER =
      OptionForms.exactly("saturation", Range.of(0.6, 1.4), "1 is unchanged.");
  private static final OptionDescription<Range> HUE_SHIFT =
      OptionForms.bothWays("hue", Range.only(0), "Full turns of the hue, from -0.5 to 0.5.");
  private static final OptionDescription<Double> HALF_PROBABILITY =
      OptionDescription.number("probability", 0, 1, "How often it is done.").withDefault(0.5);
  private static final OptionDescription<Range> GREY =
      OptionForms.fromZero("factor", Range.of(0, 0.5), "Share of grey.");
  private static final OptionDescription<Integer> FEWEST_BITS =
      OptionDescription.wholeNumber("fewest", 1, 8, "Bits kept, at least.").withDefault(4);
  private static final OptionDescription<Integer> MOST_BITS =
      OptionDescription.wholeNumber("most", 1, 8, "Bits kept, at most.").withDefault(8);
  private static final OptionDescription<Range> ADDITION =
      OptionForms.fromZero("addition", Range.only(0), "Levels added first, from 0 to 255.");
  private static final OptionDescription<Range> SOLARIZE_THRESHOLD =
      OptionForms.exactly("threshold", Range.only(128), "From this level on, 0 to 255.");
  private static final OptionDescription<Range> SHARPNESS =
      OptionForms.exactly(
          "factor", Range.of(0.4, 0.6), "0 is smooth, 0.5 unchanged, 1 the sharpest.");
  private static final OptionDescription<Integer> KERNEL_SIZE =
      OptionDescription.wholeNumber("kernel-size", 1, 255, "Pixels, an odd number.").withDefault(3);
  private static final OptionDescription<Range> SIGMA =
      OptionForms.exactly("sigma", Range.of(0.1, 2), "Standard deviation in pixels, above 0.");
  private static final OptionDescription<Double> PROBABILITY =
      OptionDescription.number("probability", 0, 1, "How often it is done.").withDefault(1.0);
  private static final OptionDescription<Boolean> BLACK_OUTSIDE =
      OptionDescription.flag("black-outside", "Darkens the edges, as Keras does.");
  private static final OptionDescription<Range> DEVIATION =
      OptionForms.fromZero("deviation", Range.of(0, 10), "Standard deviation in levels.");
  private static final OptionDescription<Range> ERASING =
      OptionForms.fromZero("factor", Range.only(0.25), "Probability, or where it is drawn from.");
  private static final OptionDescription<Range> SCALE =
      OptionForms.exactly("scale", Range.of(0.02, 0.33), "Share of the picture.");
  private static final OptionDescription<Integer> FEWEST_HOLES =
      OptionDescription.wholeNumber("fewest", 0, 10_000, "Holes, at least.").withDefault(1);
  private static final OptionDescription<Integer> MOST_HOLES =
      OptionDescription.wholeNumber("most", 0, 10_000, "Holes, at most.").withDefault(8);
  private static final OptionDescription<Range> HOLE_SIZE =
      OptionForms.exactly("size", Range.only(0.1), "Share of height and width of a hole.");

  private ColorComponents() {}

  static List<Component<Augmentation>> all() {
    return List.of(
        Component.of(
            "random-brightness",
            "Makes images lighter or darker.",
            List.of(ADDED),
            options -> new RandomBrightness(options.get(ADDED))),
        Component.of(
            "random-contrast",
            "Moves levels away from their mean or towards it.",
            List.of(MULTIPLIER),
            options -> new RandomContrast(options.get(MULTIPLIER))),
        Component.of(
            "random-saturation",
            "Makes colours stronger or weaker.",
            List.of(SATURATION),
            options -> new RandomSaturation(options.get(SATURATION))),
        Component.of(
            "random-hue",
            "Turns the hue.",
            List.of(HUE),
            options -> new RandomHue(options.get(HUE))),
        Component.of(
            "color-jitter",
            "Changes brightness, contrast, saturation and hue in any order.",
            List.of(BRIGHTNESS_MULTIPLIER, CONTRAST_MULTIPLIER, SATURATION_MULTIPLIER, HUE_SHIFT),
            options ->
                new ColorJitter(
                    options.get(BRIGHTNESS_MULTIPLIER),
                    options.get(CONTRAST_MULTIPLIER),
                    options.get(SATURATION_MULTIPLIER),
                    options.get(HUE_SHIFT))),
        Component.of(
            "random-grayscale",
            "Takes the colour out.",
            List.of(HALF_PROBABILITY),
            options -> new RandomGrayscale(options.get(HALF_PROBABILITY))),
        Component.of(
            "random-color-degeneration",
            "Blends images with their grey.",
            List.of(GREY),
            options -> new RandomColorDegeneration(options.get(GREY))),
        Component.of(
            "random-invert",
            "Makes negatives.",
            List.of(HALF_PROBABILITY),
            options -> new RandomInvert(options.get(HALF_PROBABILITY))),
        Component.of(
            "posterize",
            "Clears the low bits of each level.",
            List.of(FEWEST_BITS, MOST_BITS),
            options -> new Posterize(options.get(FEWEST_BITS), options.get(MOST_BITS))),
        Component.of(
            "solarize",
            "Inverts the light levels.",
            List.of(ADDITION, SOLARIZE_THRESHOLD),
            options -> new Solarize(options.get(ADDITION), options.get(SOLARIZE_THRESHOLD))),
        Component.of("equalize", "Spreads levels so that each is as frequent.", new Equalize()),
        Component.of("auto-contrast", "Stretches levels from 0 to 255.", new AutoContrast()),
        Component.of(
            "sharpness",
            "Blurs or sharpens images.",
            List.of(SHARPNESS),
            options -> new Sharpness(options.get(SHARPNESS))),
        Component.of(
            "gaussian-blur",
            "Blurs images.",
            List.of(KERNEL_SIZE, SIGMA, PROBABILITY, BLACK_OUTSIDE),
            options ->
                new GaussianBlur(
                    options.get(KERNEL_SIZE),
                    options.get(SIGMA),
                    options.get(PROBABILITY),
                    options.get(BLACK_OUTSIDE))),
        Component.of(
            "gaussian-noise",
            "Adds noise to each level.",
            List.of(DEVIATION),
            options -> new GaussianNoise(options.get(DEVIATION))),
        Component.of(
            "random-erasing",
            "Removes a rectangle.",
            List.of(ERASING, SCALE, FILLING),
            options ->
                new RandomErasing(options.get(ERASING), options.get(SCALE), options.get(FILLING))),
        Component.of(
            "coarse-dropout",
            "Removes several rectangles.",
            List.of(FEWEST_HOLES, MOST_HOLES, HOLE_SIZE, FILLING.withDefault(Filling.of(0))),
            options ->
                new CoarseDropout(
                    options.get(FEWEST_HOLES),
                    options.get(MOST_HOLES),
                    options.get(HOLE_SIZE),
                    options.get(FILLING.withDefault(Filling.of(0))))));
  }
}
