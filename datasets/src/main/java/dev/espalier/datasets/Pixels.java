package dev.espalier.datasets;

import dev.espalier.data.Image;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;

/** Takes red, green and blue out of what the image readers of the JDK return. */
final class Pixels {
  private Pixels() {}

  static Image toImage(BufferedImage picture) {
    byte[] pixels = new byte[Math.multiplyExact(pixelCount(picture), 3)];
    ColorModel colors = picture.getColorModel();
    int type = colors instanceof ComponentColorModel ? colors.getColorSpace().getType() : -1;
    switch (type) {
      case ColorSpace.TYPE_GRAY -> copySamples(picture, 0, 0, 0, pixels);
      case ColorSpace.TYPE_RGB -> copySamples(picture, 0, 1, 2, pixels);
      case ColorSpace.TYPE_CMYK -> copyInks(picture, pixels);
      default -> copyColors(picture, pixels);
    }
    return Image.wrap(picture.getHeight(), picture.getWidth(), 3, pixels);
  }

  private static int pixelCount(BufferedImage picture) {
    return Math.multiplyExact(picture.getWidth(), picture.getHeight());
  }

  /**
   * Takes the stored numbers themselves, each channel from the given band. Asking the colour model
   * would convert them: it takes grey for linear light and applies colour profiles, which changes
   * the values.
   */
  private static void copySamples(
      BufferedImage picture, int red, int green, int blue, byte[] pixels) {
    Raster raster = picture.getRaster();
    int width = picture.getWidth();
    int bands = raster.getNumBands();
    boolean transparent = picture.getColorModel().hasAlpha();
    int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
    int[] row = new int[width * bands];
    int target = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int source = 0; source < row.length; source += bands) {
        int opacity = transparent ? row[source + bands - 1] >> shift : 255;
        pixels[target++] = overWhite(row[source + red] >> shift, opacity);
        pixels[target++] = overWhite(row[source + green] >> shift, opacity);
        pixels[target++] = overWhite(row[source + blue] >> shift, opacity);
      }
    }
  }

  /** For pictures made for print: cyan, magenta and yellow each take away a colour, black all. */
  private static void copyInks(BufferedImage picture, byte[] pixels) {
    Raster raster = picture.getRaster();
    int width = picture.getWidth();
    int bands = raster.getNumBands();
    int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
    int[] row = new int[width * bands];
    int target = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int source = 0; source < row.length; source += bands) {
        int light = 255 - (row[source + 3] >> shift);
        for (int ink = 0; ink < 3; ink++) {
          int taken = (row[source + ink] >> shift) * light;
          pixels[target++] = (byte) (light - (2 * taken + 255) / 510);
        }
      }
    }
  }

  /** For palettes and packed pixels, whose stored numbers are not the channels. */
  private static void copyColors(BufferedImage picture, byte[] pixels) {
    int width = picture.getWidth();
    int[] row = new int[width];
    int target = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        int opacity = argb >>> 24;
        pixels[target++] = overWhite(argb >> 16 & 0xff, opacity);
        pixels[target++] = overWhite(argb >> 8 & 0xff, opacity);
        pixels[target++] = overWhite(argb & 0xff, opacity);
      }
    }
  }

  private static byte overWhite(int value, int opacity) {
    return (byte) ((value * opacity + 255 * (255 - opacity) + 127) / 255);
  }
}
