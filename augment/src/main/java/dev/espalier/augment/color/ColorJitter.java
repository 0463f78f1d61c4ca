package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.PillowEnhance;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Adjusts brightness, contrast, saturation and hue by random factors in random order, with the
 * arithmetic of torchvision on Pillow images: each step results in bytes and truncates fractions. A
 * factor of 1 leaves the image unchanged. The hue has 255 steps, unlike that of {@link RandomHue}.
 * Immutable and thread-safe.
 *
 * @param brightness multiplier of all values, 0 or more
 * @param contrast multiplier of the distance from the mean grey value, 0 or more
 * @param saturation multiplier of the distance from grey, 0 or more
 * @param hue shift as a fraction of a full turn of the color wheel, -0.5 to 0.5
 */
public record ColorJitter(Range brightness, Range contrast, Range saturation, Range hue)
    implements Augmentation {
  private static final int STEPS = 4;

  /** Checks the ranges. */
  public ColorJitter {
    check(brightness, "brightness");
    check(contrast, "contrast");
    check(saturation, "saturation");
    hue.inside(-0.5, 0.5, "ColorJitter with a hue");
  }

  private static void check(Range factor, String name) {
    Arguments.require(
        factor.low() >= 0,
        "ColorJitter with a " + name + " of " + factor + " is out of range.",
        "Give factors of 0 or more; 1 leaves the image unchanged.");
  }

  /**
   * Returns jitter by up to these amounts in either direction: factors from {@code 1 - amount}, but
   * at least 0, to {@code 1 + amount}.
   */
  public static ColorJitter of(double brightness, double contrast, double saturation, double hue) {
    return new ColorJitter(
        aroundOne(brightness, "brightness"),
        aroundOne(contrast, "contrast"),
        aroundOne(saturation, "saturation"),
        Range.within(Math.abs(hue)));
  }

  private static Range aroundOne(double amount, String name) {
    Arguments.require(
        amount >= 0 && Double.isFinite(amount),
        "ColorJitter by a " + name + " of " + Arguments.shortest(amount) + " is out of range.",
        "Give an amount of 0 or more; 0 leaves the image unchanged.");
    return Range.of(Math.max(0, 1 - amount), 1 + amount);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Image result = image;
    int[] order = random.permutation(STEPS);
    float[] factors = {
      (float) brightness.draw(random),
      (float) contrast.draw(random),
      (float) saturation.draw(random)
    };
    double turns = hue.draw(random);
    for (int step : order) {
      result =
          switch (step) {
            case 0 -> PillowEnhance.brightness(result, factors[0]);
            case 1 -> PillowEnhance.contrast(result, factors[1]);
            case 2 -> PillowEnhance.color(result, factors[2]);
            default -> PillowHue.shift(result, turns);
          };
    }
    return result;
  }
}
