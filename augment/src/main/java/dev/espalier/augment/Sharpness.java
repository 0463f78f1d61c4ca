package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Makes images sharper or softer: {@code smooth + 2 · factor · (x - smooth)}, where smooth is the
 * mean of the 3x3 pixels around with five times the weight on the one in the middle. The outermost
 * pixels stay as they are.
 *
 * @param factor 0 is smooth, 0.5 leaves images as they are, 1 is sharpest
 */
public record Sharpness(Range factor) implements Augmentation {
  /** Checks the range. */
  public Sharpness {
    factor.inside(0, 1, "Sharpness with a factor");
  }

  /** Returns the change with a factor between these. */
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
    Raster target = Raster.copyOf(image);
    float share = (float) (2 * factor);
    Smoothing smoothing = new Smoothing(source);
    for (int row = 1; row < source.height - 1; row++) {
      int end = (row + 1) * source.rowLength() - source.channels;
      for (int i = row * source.rowLength() + source.channels; i < end; i++) {
        float smooth = smoothing.thirteenths(i) / 13f;
        target.bytes[i] = Raster.rounded(smooth + share * ((source.bytes[i] & 0xff) - smooth));
      }
    }
    return target.image();
  }
}
