package dev.espalier.datasets.image;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** The background color of transparent pixels; each channel from 0 to 255. */
record Rgb(int red, int green, int blue) {
  static final Rgb WHITE = new Rgb(255, 255, 255);

  Rgb {
    if ((red | green | blue) < 0 || Math.max(red, Math.max(green, blue)) > 255) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "There is no color (" + red + ", " + green + ", " + blue + ").",
          "Give red, green and blue from 0 to 255.");
    }
  }

  /** Returns a value blended with this color's channel behind it, rounded to nearest. */
  static byte over(int value, int opacity, int behind) {
    return (byte) ((value * opacity + behind * (255 - opacity) + 127) / 255);
  }

  /** The same for a value that was stored premultiplied by its opacity. */
  static byte premultipliedOver(int value, int opacity, int behind) {
    return (byte) Math.min(255, value + (behind * (255 - opacity) + 127) / 255);
  }
}
