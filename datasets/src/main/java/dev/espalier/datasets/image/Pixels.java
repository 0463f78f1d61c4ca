package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import dev.espalier.graph.Shape;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.DirectColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * Extracts red, green and blue from what image readers return. Immutable.
 *
 * @param background background of transparent pixels
 */
record Pixels(Rgb background) {
  Image of(BufferedImage image) {
    byte[] pixels = allocate(image.getWidth(), image.getHeight());
    ColorModel colors = image.getColorModel();
    boolean transparent = colors.hasAlpha();
    int type = colors instanceof ComponentColorModel ? colors.getColorSpace().getType() : -1;
    switch (type) {
      case ColorSpace.TYPE_GRAY -> copySamples(image.getRaster(), transparent, 0, 0, 0, pixels);
      case ColorSpace.TYPE_RGB -> copySamples(image.getRaster(), transparent, 0, 1, 2, pixels);
      default -> {
        if (colors instanceof DirectColorModel packed) {
          copyPacked(image.getRaster(), packed, pixels);
        } else {
          copyColors(image, pixels);
        }
      }
    }
    return Image.wrap(image.getHeight(), image.getWidth(), 3, pixels);
  }

  /**
   * Converts an image for print as stored in JPEG: inverted ink values, by Adobe's convention,
   * which Pillow assumes too.
   *
   * @param ycck whether the colors were converted to luminance and chrominance
   */
  static Image ofComplements(Raster raster, boolean ycck) {
    int width = raster.getWidth();
    byte[] pixels = allocate(width, raster.getHeight());
    int[] row = new int[width * 4];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int source = 0; source < row.length; source += 4) {
        if (ycck) {
          toComplements(row, source);
        }
        for (int i = 0; i < 3; i++) {
          pixels[target++] = printed(255 - row[source + i], row[source + 3]);
        }
      }
    }
    return Image.wrap(raster.getHeight(), width, 3, pixels);
  }

  /**
   * The conversion of the JPEG File Interchange Format (ITU-T T.871), its factors (1.402, 0.344136,
   * 0.714136, 1.772) in units of 1 / 65536, and its complement.
   */
  private static void toComplements(int[] row, int at) {
    int luminance = row[at];
    int blueness = row[at + 1] - 128;
    int redness = row[at + 2] - 128;
    row[at] = 255 - clamp(luminance + rounded(91881 * redness));
    row[at + 1] = 255 - clamp(luminance + rounded(-22554 * blueness - 46802 * redness));
    row[at + 2] = 255 - clamp(luminance + rounded(116130 * blueness));
  }

  private static int rounded(int parts) {
    return (parts + 32768) >> 16;
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }

  /** Returns the light that remains after an ink, given the light that remains after black. */
  static byte printed(int ink, int light) {
    return (byte) (light - (2 * ink * light + 255) / 510);
  }

  private static byte[] allocate(int width, int height) {
    return new byte[Shape.of(height, width, 3).arrayLength()];
  }

  /**
   * Copies the stored values themselves, each channel from the given band. The color model would
   * convert them: it treats gray as linear light and applies color profiles.
   */
  private void copySamples(
      Raster raster, boolean transparent, int red, int green, int blue, byte[] pixels) {
    if (!transparent
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && raster.getDataBuffer() instanceof DataBufferByte data
        && data.getNumBanks() == 1
        && raster.getParent() == null) {
      copyBytes(raster, model, data.getData(), data.getOffset(), red, green, blue, pixels);
      return;
    }
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
    int[] row = new int[width * bands];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int source = 0; source < row.length; source += bands) {
        int opacity = transparent ? row[source + bands - 1] >> shift : 255;
        pixels[target++] = Rgb.over(row[source + red] >> shift, opacity, background.red());
        pixels[target++] = Rgb.over(row[source + green] >> shift, opacity, background.green());
        pixels[target++] = Rgb.over(row[source + blue] >> shift, opacity, background.blue());
      }
    }
  }

  /** The same for interleaved bytes, as most images have. */
  private static void copyBytes(
      Raster raster,
      PixelInterleavedSampleModel model,
      byte[] data,
      int start,
      int red,
      int green,
      int blue,
      byte[] pixels) {
    int[] offsets = model.getBandOffsets();
    int step = model.getPixelStride();
    int toGreen = offsets[green] - offsets[red];
    int toBlue = offsets[blue] - offsets[red];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      int source = start + y * model.getScanlineStride() + offsets[red];
      for (int x = 0; x < raster.getWidth(); x++) {
        pixels[target] = data[source];
        pixels[target + 1] = data[source + toGreen];
        pixels[target + 2] = data[source + toBlue];
        target += 3;
        source += step;
      }
    }
  }

  /**
   * For channels packed into one integer. A channel with fewer bits is scaled to 8 bits and rounded
   * down, as in Pillow; the color model would round to nearest.
   */
  private void copyPacked(Raster raster, DirectColorModel colors, byte[] pixels) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int[] largest = new int[bands];
    for (int band = 0; band < bands; band++) {
      largest[band] = (1 << colors.getComponentSize(band)) - 1;
    }
    int[] behind = {background.red(), background.green(), background.blue()};
    int[] row = new int[width * bands];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int source = 0; source < row.length; source += bands) {
        int opacity = bands == 4 ? row[source + 3] * 255 / largest[3] : 255;
        for (int channel = 0; channel < 3; channel++) {
          int value = row[source + channel] * 255 / largest[channel];
          pixels[target++] = Rgb.over(value, opacity, behind[channel]);
        }
      }
    }
  }

  /** For palettes, whose stored values are indices rather than channels. */
  private void copyColors(BufferedImage image, byte[] pixels) {
    int width = image.getWidth();
    int[] row = new int[width];
    int target = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        int opacity = argb >>> 24;
        pixels[target++] = Rgb.over(argb >> 16 & 0xff, opacity, background.red());
        pixels[target++] = Rgb.over(argb >> 8 & 0xff, opacity, background.green());
        pixels[target++] = Rgb.over(argb & 0xff, opacity, background.blue());
      }
    }
  }
}
