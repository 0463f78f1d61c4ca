package dev.espalier.augment.internal;

import dev.espalier.data.Image;

/**
 * Pillow's ImageEnhance: {@code degenerate + factor · (image - degenerate)}, clipped and truncated.
 * A factor of 1 changes nothing.
 */
public final class PillowEnhance {
  private PillowEnhance() {}

  /** Blends with black. */
  public static Image brightness(Image image, float factor) {
    return toward(image, 0, factor);
  }

  /** Blends with the mean of the image's gray values. */
  public static Image contrast(Image image, float factor) {
    return factor == 1 ? image : toward(image, meanGrey(Raster.copyOf(image)), factor);
  }

  /** Blends with one value. */
  public static Image toward(Image image, int degenerate, float factor) {
    if (factor == 1) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    raster.lookUp(Tables.truncated(value -> blend(degenerate, value, factor)));
    return raster.image();
  }

  /** Blends with gray; images without three channels are unchanged. */
  public static Image color(Image image, float factor) {
    if (factor == 1 || image.channels() != 3) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    byte[] bytes = raster.bytes;
    for (int i = 0; i < bytes.length; i += 3) {
      int grey = Luminance.pillow(bytes, i);
      for (int channel = i; channel < i + 3; channel++) {
        bytes[channel] = Tables.clipped((int) blend(grey, bytes[channel] & 0xff, factor));
      }
    }
    return raster.image();
  }

  /** Blends with the smoothed image. */
  public static Image sharpness(Image image, float factor) {
    if (factor == 1) {
      return image;
    }
    Raster source = Raster.copyOf(image);
    Raster target = Raster.copyOf(image);
    Smoothing smoothing = new Smoothing(source);
    for (int row = 1; row < source.height - 1; row++) {
      int[] thirteenths = smoothing.thirteenths(row);
      int start = row * source.rowLength();
      for (int i = source.channels; i < thirteenths.length - source.channels; i++) {
        // Thirteenths are never halves, so this rounds like Pillow's kernel.
        int smooth = (2 * thirteenths[i] + 13) / 26;
        target.bytes[start + i] =
            Tables.clipped((int) blend(smooth, source.bytes[start + i] & 0xff, factor));
      }
    }
    return target.image();
  }

  private static float blend(int degenerate, int value, float factor) {
    return degenerate + factor * (value - degenerate);
  }

  private static int meanGrey(Raster raster) {
    byte[] bytes = raster.bytes;
    long sum = 0;
    if (raster.channels == 3) {
      for (int i = 0; i < bytes.length; i += 3) {
        sum += Luminance.pillow(bytes, i);
      }
    } else {
      for (byte value : bytes) {
        sum += value & 0xff;
      }
    }
    int count = raster.channels == 3 ? bytes.length / 3 : bytes.length;
    return (int) ((double) sum / count + 0.5);
  }
}
