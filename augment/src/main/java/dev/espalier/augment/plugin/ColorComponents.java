package dev.espalier.augment.plugin;

import static dev.espalier.augment.plugin.OptionForms.FILLING;

import dev.espalier.augment.Range;
import dev.espalier.augment.color.AutoContrast;
import dev.espalier.augment.color.ColorJitter;
import dev.espalier.augment.color.Equalize;
import dev.espalier.augment.color.GaussianBlur;
import dev.espalier.augment.color.GaussianNoise;
import dev.espalier.augment.color.Posterize;
import dev.espalier.augment.color.RandomBrightness;
import dev.espalier.augment.color.RandomColorDegeneration;
import dev.espalier.augment.color.RandomContrast;
import dev.espalier.augment.color.RandomGrayscale;
import dev.espalier.augment.color.RandomHue;
import dev.espalier.augment.color.RandomInvert;
import dev.espalier.augment.color.RandomSaturation;
import dev.espalier.augment.color.Sharpness;
import dev.espalier.augment.color.Solarize;
import dev.espalier.augment.geometry.CoarseDropout;
import dev.espalier.augment.geometry.Filling;
import dev.espalier.augment.geometry.RandomErasing;
import dev.espalier.data.Augmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/** The augmentations of {@code color} and those that erase rectangles, as components. */
final class ColorComponents {
  private static final OptionDescription<Range> ADDED =
      OptionForms.bothWays(
          "factor", Range.within(0.2), "Brightness added to every pixel, as a fraction of 255.");
  private static final OptionDescription<Range> MULTIPLIER =
      OptionForms.exactly(
          "multiplier",
          Range.of(0.8, 1.2),
          "Contrast multiplier from 0 to 2; 1 leaves the image unchanged.");
  private static final OptionDescription<Range> SATURATION =
      OptionForms.exactly(
          "factor",
          Range.of(0.4, 0.6),
          "Saturation factor: 0 is grayscale, 0.5 unchanged, 1 fully saturated.");
  private static final OptionDescription<Range> HUE =
      OptionForms.fromZero(
          "factor",
          Range.of(0, 0.1),
          "Maximum hue shift in either direction, as a fraction of half a turn of the"
              + " color wheel.");
  private static final OptionDescription<Range> BRIGHTNESS_MULTIPLIER =
      OptionForms.exactly(
          "brightness", Range.of(0.6, 1.4), "Brightness multiplier; 1 leaves the image unchanged.");
  private static final OptionDescription<Range> CONTRAST_MULTIPLIER =
      OptionForms.exactly(
          "contrast", Range.of(0.6, 1.4), "Contrast multiplier; 1 leaves the image unchanged.");
  private static final OptionDescription<Range> SATURATION_MULTIPLIER =
      OptionForms.exactly(
          "saturation", Range.of(0.6, 1.4), "Saturation multiplier; 1 leaves the image unchanged.");
  private static final OptionDescription<Range> HUE_SHIFT =
      OptionForms.bothWays(
          "hue",
          Range.only(0),
          "Hue shift as a fraction of a full turn of the color wheel, from -0.5 to 0.5.");
  private static final OptionDescription<Double> HALF_PROBABILITY =
      OptionDescription.number("probability", 0, 1, "Fraction of images to augment.")
          .withDefault(0.5);
  private static final OptionDescription<Range> GREY =
      OptionForms.fromZero(
          "factor",
          Range.of(0, 0.5),
          "Weight of the grayscale copy: 0 leaves the image unchanged, 1 makes it grayscale.");
  private static final OptionDescription<Integer> FEWEST_BITS =
      OptionDescription.wholeNumber("fewest", 1, 8, "Minimum number of bits to keep per channel.")
          .withDefault(4);
  private static final OptionDescription<Integer> MOST_BITS =
      OptionDescription.wholeNumber("most", 1, 8, "Maximum number of bits to keep per channel.")
          .withDefault(8);
  private static final OptionDescription<Range> ADDITION =
      OptionForms.fromZero(
          "addition",
          Range.only(0),
          "Value added to every pixel before the threshold is applied, from 0 to 255.");
  private static final OptionDescription<Range> SOLARIZE_THRESHOLD =
      OptionForms.exactly(
          "threshold",
          Range.only(128),
          "Pixel values at or above this threshold are inverted, from 0 to 255.");
  private static final OptionDescription<Range> SHARPNESS =
      OptionForms.exactly(
          "factor",
          Range.of(0.4, 0.6),
          "Sharpness factor: 0 is smoothed, 0.5 unchanged, 1 sharpest.");
  private static final OptionDescription<Integer> KERNEL_SIZE =
      OptionDescription.wholeNumber("kernel-size", 1, 255, "Kernel size in pixels; must be odd.")
          .withDefault(3);
  private static final OptionDescription<Range> SIGMA =
      OptionForms.exactly(
          "sigma",
          Range.of(0.1, 2),
          "Standard deviation of the Gaussian kernel in pixels, above 0.");
  private static final OptionDescription<Double> PROBABILITY =
      OptionDescription.number("probability", 0, 1, "Fraction of images to augment.")
          .withDefault(1.0);
  private static final OptionDescription<Boolean> BLACK_OUTSIDE =
      OptionDescription.flag(
          "black-outside",
          "Pads with black, which darkens the edges, as Keras does; otherwise pads by"
              + " reflection.");
  private static final OptionDescription<Range> STANDARD_DEVIATION =
      OptionForms.fromZero(
          "stddev",
          Range.of(0, 10),
          "Standard deviation of the noise, in pixel values from 0 to 255.");
  private static final OptionDescription<Range> ERASING =
      OptionForms.fromZero(
          "factor",
          Range.only(0.25),
          "Probability of erasing; with a range, the probability itself is drawn for"
              + " each image.");
  private static final OptionDescription<Range> SCALE =
      OptionForms.exactly(
          "scale",
          Range.of(0.02, 0.33),
          "Area of the erased rectangle as a fraction of the image area.");
  private static final OptionDescription<Integer> FEWEST_HOLES =
      OptionDescription.wholeNumber("fewest", 0, 10_000, "Minimum number of rectangles.")
          .withDefault(1);
  private static final OptionDescription<Integer> MOST_HOLES =
      OptionDescription.wholeNumber("most", 0, 10_000, "Maximum number of rectangles.")
          .withDefault(8);
  private static final OptionDescription<Range> HOLE_SIZE =
      OptionForms.exactly(
          "size",
          Range.only(0.1),
          "Height and width of a rectangle as fractions of those of the image.");

  private ColorComponents() {}

  static List<Component<Augmentation>> all() {
    return List.of(
        Component.of(
            "random-brightness",
            "Adjusts brightness by a random amount.",
            List.of(ADDED),
            options -> new RandomBrightness(options.get(ADDED))),
        Component.of(
            "random-contrast",
            "Adjusts contrast by a random factor.",
            List.of(MULTIPLIER),
            options -> new RandomContrast(options.get(MULTIPLIER))),
        Component.of(
            "random-saturation",
            "Adjusts saturation by a random factor.",
            List.of(SATURATION),
            options -> new RandomSaturation(options.get(SATURATION))),
        Component.of(
            "random-hue",
            "Shifts the hue by a random amount.",
            List.of(HUE),
            options -> new RandomHue(options.get(HUE))),
        Component.of(
            "color-jitter",
            "Adjusts brightness, contrast, saturation and hue, in random order.",
            List.of(BRIGHTNESS_MULTIPLIER, CONTRAST_MULTIPLIER, SATURATION_MULTIPLIER, HUE_SHIFT),
            options ->
                new ColorJitter(
                    options.get(BRIGHTNESS_MULTIPLIER),
                    options.get(CONTRAST_MULTIPLIER),
                    options.get(SATURATION_MULTIPLIER),
                    options.get(HUE_SHIFT))),
        Component.of(
            "random-grayscale",
            "Converts images to grayscale at random.",
            List.of(HALF_PROBABILITY),
            options -> new RandomGrayscale(options.get(HALF_PROBABILITY))),
        Component.of(
            "random-color-degeneration",
            "Blends images with their grayscale copies.",
            List.of(GREY),
            options -> new RandomColorDegeneration(options.get(GREY))),
        Component.of(
            "random-invert",
            "Inverts all pixel values at random.",
            List.of(HALF_PROBABILITY),
            options -> new RandomInvert(options.get(HALF_PROBABILITY))),
        Component.of(
            "posterize",
            "Reduces the number of bits per channel.",
            List.of(FEWEST_BITS, MOST_BITS),
            options -> new Posterize(options.get(FEWEST_BITS), options.get(MOST_BITS))),
        Component.of(
            "solarize",
            "Inverts all pixel values at or above a threshold.",
            List.of(ADDITION, SOLARIZE_THRESHOLD),
            options -> new Solarize(options.get(ADDITION), options.get(SOLARIZE_THRESHOLD))),
        Component.of("equalize", "Equalizes the histogram of each channel.", new Equalize()),
        Component.of(
            "auto-contrast",
            "Stretches the pixel values of each channel to the full range from 0 to 255.",
            new AutoContrast()),
        Component.of(
            "sharpness",
            "Smooths or sharpens images.",
            List.of(SHARPNESS),
            options -> new Sharpness(options.get(SHARPNESS))),
        Component.of(
            "gaussian-blur",
            "Blurs images with a Gaussian kernel.",
            List.of(KERNEL_SIZE, SIGMA, PROBABILITY, BLACK_OUTSIDE),
            options ->
                new GaussianBlur(
                    options.get(KERNEL_SIZE),
                    options.get(SIGMA),
                    options.get(PROBABILITY),
                    options.get(BLACK_OUTSIDE))),
        Component.of(
            "gaussian-noise",
            "Adds Gaussian noise to every pixel value.",
            List.of(STANDARD_DEVIATION),
            options -> new GaussianNoise(options.get(STANDARD_DEVIATION))),
        Component.of(
            "random-erasing",
            "Erases a random rectangle.",
            List.of(ERASING, SCALE, FILLING),
            options ->
                new RandomErasing(options.get(ERASING), options.get(SCALE), options.get(FILLING))),
        Component.of(
            "coarse-dropout",
            "Erases several random rectangles.",
            List.of(FEWEST_HOLES, MOST_HOLES, HOLE_SIZE, FILLING.withDefault(Filling.of(0))),
            options ->
                new CoarseDropout(
                    options.get(FEWEST_HOLES),
                    options.get(MOST_HOLES),
                    options.get(HOLE_SIZE),
                    options.get(FILLING.withDefault(Filling.of(0))))));
  }
}
