package dev.espalier.augment.color;

import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Tables;
import dev.espalier.data.Image;

/**
 * Shifts hues like torchvision does on Pillow images: hue, saturation and value of a pixel are
 * bytes, and a full turn has 255 steps.
 */
final class PillowHue {
  private static final int STEPS = 255;

  private PillowHue() {}

  /**
   * Returns the image with shifted hues; an image without three channels is unchanged.
   *
   * @param turns -0.5 to 0.5; 0 changes nothing
   */
  static Image shift(Image image, double turns) {
    if (image.channels() != 3 || turns == 0) {
      return image;
    }
    int steps = (int) (turns * STEPS);
    Raster raster = Raster.copyOf(image);
    byte[] bytes = raster.bytes;
    for (int i = 0; i < bytes.length; i += 3) {
      shift(bytes, i, steps);
    }
    return raster.image();
  }

  private static void shift(byte[] bytes, int at, int steps) {
    int red = bytes[at] & 0xff;
    int green = bytes[at + 1] & 0xff;
    int blue = bytes[at + 2] & 0xff;
    int value = Math.max(red, Math.max(green, blue));
    float chroma = value - Math.min(red, Math.min(green, blue));
    if (chroma == 0) {
      return; // gray has no hue
    }
    int saturation = Tables.clipped((int) (chroma / value * 255.0)) & 0xff;
    float missingRed = (value - red) / chroma;
    float missingGreen = (value - green) / chroma;
    float missingBlue = (value - blue) / chroma;
    float sixths;
    if (red == value) {
      sixths = missingBlue - missingGreen;
    } else if (green == value) {
      sixths = (float) (2.0 + missingRed - missingBlue);
    } else {
      sixths = (float) (4.0 + missingGreen - missingRed);
    }
    float hue = (float) ((sixths / 6.0 + 1.0) % 1.0);
    // A byte that overflows continues from 0, although 0 and 255 are the same hue.
    int turned = (int) (hue * 255.0) + steps & 0xff;
    write(bytes, at, turned, saturation, value);
  }

  private static void write(byte[] bytes, int at, int hue, int saturation, int value) {
    if (saturation == 0) {
      set(bytes, at, value, value, value);
      return;
    }
    int sector = (int) (hue * 6.0 / 255.0);
    float inside = (float) (hue * 6.0 / 255.0 - sector);
    float strength = (float) (saturation / 255.0);
    int low = rounded(value * (1.0 - strength));
    int falling = rounded(value * (1.0 - (double) (strength * inside)));
    int rising = rounded(value * (1.0 - strength * (1.0 - inside)));
    switch (sector % 6) {
      case 0 -> set(bytes, at, value, rising, low);
      case 1 -> set(bytes, at, falling, value, low);
      case 2 -> set(bytes, at, low, value, rising);
      case 3 -> set(bytes, at, low, falling, value);
      case 4 -> set(bytes, at, rising, low, value);
      default -> set(bytes, at, value, low, falling);
    }
  }

  private static int rounded(double value) {
    return (int) Math.floor((float) value + 0.5);
  }

  private static void set(byte[] bytes, int at, int red, int green, int blue) {
    bytes[at] = (byte) red;
    bytes[at + 1] = (byte) green;
    bytes[at + 2] = (byte) blue;
  }
}
