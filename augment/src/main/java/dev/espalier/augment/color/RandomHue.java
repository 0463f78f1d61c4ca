package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Shifts the hue of images by a random amount in either direction. Images without exactly three
 * channels are unchanged. Immutable and thread-safe.
 *
 * @param factor maximum shift as a fraction of half a turn of the color wheel, 0 to 1
 */
public record RandomHue(Range factor) implements Augmentation {
  /** Checks the range. */
  public RandomHue {
    factor.inside(0, 1, "RandomHue with a factor");
  }

  /** Returns a shift by up to {@code factor} half turns. */
  public static RandomHue of(double factor) {
    return new RandomHue(Range.upTo(factor, 1, "RandomHue with a factor"));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    double sign = random.nextBoolean(0.5) ? -1 : 1;
    return shift(image, sign * factor.draw(random) * 0.5);
  }

  /**
   * Returns the image with shifted hues.
   *
   * @param turns -1 to 1
   */
  static Image shift(Image image, double turns) {
    if (image.channels() != 3 || turns == 0) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    byte[] bytes = raster.bytes;
    float sixths = (float) (turns * 6);
    for (int i = 0; i < bytes.length; i += 3) {
      int red = bytes[i] & 0xff;
      int green = bytes[i + 1] & 0xff;
      int blue = bytes[i + 2] & 0xff;
      int value = Math.max(red, Math.max(green, blue));
      int chroma = value - Math.min(red, Math.min(green, blue));
      if (chroma == 0) {
        continue;
      }
      float hue;
      if (value == red) {
        hue = (float) (green - blue) / chroma;
      } else if (value == green) {
        hue = 2 + (float) (blue - red) / chroma;
      } else {
        hue = 4 + (float) (red - green) / chroma;
      }
      hue += sixths;
      bytes[i] = channel(value, chroma, hue + 5);
      bytes[i + 1] = channel(value, chroma, hue + 3);
      bytes[i + 2] = channel(value, chroma, hue + 1);
    }
    return raster.image();
  }

  private static byte channel(int value, int chroma, float place) {
    // place is between -2 and 16 sixths of a turn.
    float sixth = place < 0 ? place + 6 : place;
    while (sixth >= 6) {
      sixth -= 6;
    }
    float share = Math.min(sixth, 4 - sixth);
    return Raster.rounded(value - chroma * Math.max(0, Math.min(1, share)));
  }
}
