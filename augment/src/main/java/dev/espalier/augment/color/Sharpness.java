package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Smoothing;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Smooths or sharpens images: {@code smooth + 2 * factor * (x - smooth)}, where smooth is the
 * weighted mean of the surrounding 3x3 pixels, with weight 5 in the centre and 1 elsewhere, padded
 * with black, as in Keras. Immutable and thread-safe.
 *
 * @param factor 0 is smoothed, 0.5 leaves images unchanged, 1 is sharpest
 */
public record Sharpness(Range factor) implements Augmentation {
  /** Checks the range. */
  public Sharpness {
    factor.inside(0, 1, "Sharpness with a factor");
  }

  /** Returns the change with a factor between the bounds. */
  public static Sharpness of(double low, double high) {
    return new Sharpness(Range.of(low, high));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return sharpen(image, factor.draw(random));
  }

  static Image sharpen(Image image, double factor) {
    if (factor == 0.5) {
      return image;
    }
    Raster source = Raster.copyOf(image);
    Raster target = Raster.blank(source.height, source.width, source.channels);
    Smoothing smoothing = new Smoothing(source);
    float share = (float) (2 * factor);
    int length = source.rowLength();
    byte[] from = source.bytes;
    byte[] to = target.bytes;
    for (int row = 0; row < source.height; row++) {
      int[] thirteenths = smoothing.thirteenths(row);
      int start = row * length;
      for (int i = 0; i < length; i++) {
        float smooth = thirteenths[i] / 13f;
        to[start + i] = Raster.rounded(smooth + share * ((from[start + i] & 0xff) - smooth));
      }
    }
    return target.image();
  }
}
