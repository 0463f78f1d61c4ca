package dev.espalier.datasets.shapes;

import dev.espalier.random.RandomStream;

/** Red, green and blue, each from 0 to 255, fractions allowed. */
record Color(double red, double green, double blue) {
  /** Returns a color with a strong hue, neither dark nor pale. */
  static Color vivid(RandomStream random) {
    double hue = random.nextDouble(0, 6);
    double value = random.nextDouble(150, 255);
    double saturation = random.nextDouble(.65, 1);
    return new Color(
        channel(hue, 5, value, saturation),
        channel(hue, 3, value, saturation),
        channel(hue, 1, value, saturation));
  }

  /** Returns a color close to gray, from dark to bright. */
  static Color muted(RandomStream random) {
    double hue = random.nextDouble(0, 6);
    double value = random.nextDouble(25, 245);
    double saturation = random.nextDouble(0, .3);
    return new Color(
        channel(hue, 5, value, saturation),
        channel(hue, 3, value, saturation),
        channel(hue, 1, value, saturation));
  }

  /** One channel of a color given by hue (0 to 6), value and saturation: a trapezoid of the hue. */
  private static double channel(double hue, double shift, double value, double saturation) {
    double position = (hue + shift) % 6;
    double lack = Math.max(0, Math.min(1, Math.min(position, 4 - position)));
    return value * (1 - saturation * lack);
  }

  /**
   * Returns a color near this one, at most {@code reach} away in lightness, and a little in hue.
   */
  Color near(double reach, RandomStream random) {
    double lightness = random.nextDouble(-reach, reach);
    double tint = reach / 4;
    return new Color(
        clamp(red + lightness + random.nextDouble(-tint, tint)),
        clamp(green + lightness + random.nextDouble(-tint, tint)),
        clamp(blue + lightness + random.nextDouble(-tint, tint)));
  }

  /** Returns the mixture: this color at weight 0, the other at weight 1. */
  Color mixedWith(Color other, double share) {
    return new Color(
        red + (other.red - red) * share,
        green + (other.green - green) * share,
        blue + (other.blue - blue) * share);
  }

  /**
   * Returns the perceived difference of two colors; the eye is most sensitive to green and least to
   * blue.
   */
  double differenceFrom(Color other) {
    double byRed = red - other.red;
    double byGreen = green - other.green;
    double byBlue = blue - other.blue;
    return Math.sqrt(.3 * byRed * byRed + .59 * byGreen * byGreen + .11 * byBlue * byBlue);
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(255, value));
  }
}
