package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Luminance;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Blends images with their grayscale copies. Images without exactly three channels are unchanged.
 * Immutable and thread-safe.
 *
 * @param factor weight of the grayscale copy, 0 to 1
 */
public record RandomColorDegeneration(Range factor) implements Augmentation {
  /** Checks the range. */
  public RandomColorDegeneration {
    factor.inside(0, 1, "RandomColorDegeneration with a factor");
  }

  /** Returns a change by up to {@code factor}. */
  public static RandomColorDegeneration of(double factor) {
    return new RandomColorDegeneration(
        Range.upTo(factor, 1, "RandomColorDegeneration with a factor"));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return degenerate(image, factor.draw(random));
  }

  static Image degenerate(Image image, double factor) {
    if (image.channels() != 3 || factor == 0) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    byte[] bytes = raster.bytes;
    float grey = (float) factor;
    float color = 1 - grey;
    if (color == 0) {
      takeColorOut(bytes);
      return raster.image();
    }
    for (int i = 0; i < bytes.length; i += 3) {
      float luminance = Luminance.of(bytes, i) * grey;
      bytes[i] = Raster.roundedByte((bytes[i] & 0xff) * color + luminance);
      bytes[i + 1] = Raster.roundedByte((bytes[i + 1] & 0xff) * color + luminance);
      bytes[i + 2] = Raster.roundedByte((bytes[i + 2] & 0xff) * color + luminance);
    }
    return raster.image();
  }

  /** Gray values are equal in all channels, so they are rounded once. */
  private static void takeColorOut(byte[] bytes) {
    for (int i = 0; i < bytes.length; i += 3) {
      byte luminance = Raster.roundedByte(Luminance.of(bytes, i));
      bytes[i] = luminance;
      bytes[i + 1] = luminance;
      bytes[i + 2] = luminance;
    }
  }
}
