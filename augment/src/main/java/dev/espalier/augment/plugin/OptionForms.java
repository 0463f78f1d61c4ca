package dev.espalier.augment.plugin;

import dev.espalier.augment.Range;
import dev.espalier.augment.geometry.FillMode;
import dev.espalier.augment.geometry.Filling;
import dev.espalier.augment.geometry.Interpolation;
import dev.espalier.augment.geometry.SmallImages;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** Options that several augmentations have in common. */
final class OptionForms {
  static final OptionDescription<Integer> HEIGHT =
      OptionDescription.wholeNumber("height", 1, 100_000, "Output height in pixels.");
  static final OptionDescription<Integer> WIDTH =
      OptionDescription.wholeNumber("width", 1, 100_000, "Output width in pixels.");
  static final OptionDescription<Interpolation> INTERPOLATION =
      OptionDescription.constant("interpolation", Interpolation.class, "Interpolation method.")
          .withDefault(Interpolation.BILINEAR);
  static final OptionDescription<FillMode> FILL_MODE =
      OptionDescription.constant(
              "fill-mode", FillMode.class, "How pixels beyond the edge are filled.")
          .withDefault(FillMode.REFLECT);
  static final OptionDescription<Integer> FILL_VALUE =
      OptionDescription.wholeNumber("fill-value", 0, 255, "Pixel value for the fill mode constant.")
          .withDefault(0);
  static final OptionDescription<SmallImages> SMALL_IMAGES =
      OptionDescription.constant(
              "small-images", SmallImages.class, "What to do with images smaller than the crop.")
          .withDefault(SmallImages.ENLARGE);
  static final OptionDescription<Boolean> ANTIALIAS =
      OptionDescription.flag("antialias", "Smooths the image when it is reduced (antialiasing).");

  /** Fill of erased areas: a value, or noise. */
  static final OptionDescription<Filling> FILLING =
      new OptionDescription<>(
          "filling",
          new OptionType.Written<>(
              "noise, or a pixel value from 0 to 255", OptionForms::filling, OptionForms::text),
          Filling.ofNoise(),
          "Fill of the erased area: noise, or one value for all pixels.");

  private OptionForms() {}

  /** Describes a range in which a single number {@code f} means from {@code -f} to {@code f}. */
  static OptionDescription<Range> bothWays(String name, Range usual, String description) {
    return range(
        name,
        "a range such as -0.1, 0.3, or one number f for the range -f, f",
        f -> new Range(-Math.abs(f), Math.abs(f)),
        usual,
        description);
  }

  /** Describes a range in which a single number {@code f} means from 0 to {@code f}. */
  static OptionDescription<Range> fromZero(String name, Range usual, String description) {
    return range(
        name,
        "a range such as 0.1, 0.3, or one number f for the range 0, f",
        f -> new Range(Math.min(0, f), Math.max(0, f)),
        usual,
        description);
  }

  /** Describes a range in which a single number means exactly that value. */
  static OptionDescription<Range> exactly(String name, Range usual, String description) {
    return range(name, "a number, or a range such as 0.1, 0.3", Range::only, usual, description);
  }

  private static OptionDescription<Range> range(
      String name, String expected, DoubleFunction<Range> ofOne, Range usual, String description) {
    return new OptionDescription<>(
        name,
        new OptionType.Written<>(
            expected,
            text -> parse(text, ofOne),
            range -> Arguments.shortest(range.low()) + ", " + Arguments.shortest(range.high())),
        usual,
        description);
  }

  private static @Nullable Range parse(String text, DoubleFunction<Range> ofOne) {
    String[] parts = text.strip().split("\\s*,\\s*", -1);
    try {
      double first = Double.parseDouble(parts[0]);
      double last = Double.parseDouble(parts[parts.length - 1]);
      boolean valid = parts.length <= 2 && Double.isFinite(first) && Double.isFinite(last);
      if (!valid || first > last) {
        return null;
      }
      return parts.length == 1 ? ofOne.apply(first) : new Range(first, last);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Filling filling(String text) {
    if (text.strip().equals("noise")) {
      return Filling.ofNoise();
    }
    Integer value = new OptionType.WholeNumber(0, 255).parse(text);
    return value == null ? null : Filling.of(value);
  }

  private static String text(Filling filling) {
    return filling.noise() ? "noise" : Integer.toString(filling.value());
  }
}
