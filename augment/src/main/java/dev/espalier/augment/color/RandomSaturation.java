package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Adjusts saturation: multiplies it by {@code factor / (1 - factor)}. Images without exactly three
 * channels are unchanged. Immutable and thread-safe.
 *
 * @param factor 0 is grayscale, 0.5 leaves images unchanged, 1 is fully saturated
 */
public record RandomSaturation(Range factor) implements Augmentation {
  private static final double EPSILON = 1e-7;

  /** Checks the range. */
  public RandomSaturation {
    factor.inside(0, 1, "RandomSaturation with a factor");
  }

  /** Returns the change with a factor between the bounds. */
  public static RandomSaturation of(double low, double high) {
    return new RandomSaturation(Range.of(low, high));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    double drawn = factor.draw(random);
    return saturate(image, drawn / (1 - drawn + EPSILON));
  }

  static Image saturate(Image image, double multiplier) {
    if (image.channels() != 3 || Math.abs(multiplier - 1) < 1e-6) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    byte[] bytes = raster.bytes;
    float factor = (float) multiplier;
    // Scaling the distances from the largest channel preserves hue and value of a color.
    for (int i = 0; i < bytes.length; i += 3) {
      int red = bytes[i] & 0xff;
      int green = bytes[i + 1] & 0xff;
      int blue = bytes[i + 2] & 0xff;
      int value = Math.max(red, Math.max(green, blue));
      bytes[i] = Raster.rounded(value - (value - red) * factor);
      bytes[i + 1] = Raster.rounded(value - (value - green) * factor);
      bytes[i + 2] = Raster.rounded(value - (value - blue) * factor);
    }
    return raster.image();
  }
}
