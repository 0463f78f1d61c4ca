package dev.espalier.augment.internal;

/** The luminance of a color. */
public final class Luminance {
  private Luminance() {}

  /** Returns the weighted mean of red, green and blue that Keras uses. */
  public static float of(byte[] bytes, int i) {
    return 0.2989f * (bytes[i] & 0xff)
        + 0.587f * (bytes[i + 1] & 0xff)
        + 0.114f * (bytes[i + 2] & 0xff);
  }

  /** Returns Pillow's gray value of a color, computed with 16 fractional bits. */
  static int pillow(byte[] bytes, int i) {
    return ((bytes[i] & 0xff) * 19595
            + (bytes[i + 1] & 0xff) * 38470
            + (bytes[i + 2] & 0xff) * 7471
            + 0x8000)
        >> 16;
  }
}
