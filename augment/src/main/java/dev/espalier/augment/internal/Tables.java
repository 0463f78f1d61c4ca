package dev.espalier.augment.internal;

/** Lookup tables for the 256 values of a pixel. */
public final class Tables {
  private Tables() {}

  /** Maps one value. */
  @FunctionalInterface
  public interface Curve {
    float at(int value);
  }

  /** Returns the table of a curve, rounded to the nearest level, ties to even, and clipped. */
  public static byte[] rounded(Curve curve) {
    byte[] table = new byte[256];
    for (int value = 0; value < 256; value++) {
      table[value] = Raster.rounded(curve.at(value));
    }
    return table;
  }

  /** Returns the table of a curve, clipped and truncated like Pillow does. */
  static byte[] truncated(Curve curve) {
    byte[] table = new byte[256];
    for (int value = 0; value < 256; value++) {
      table[value] = clipped((int) curve.at(value));
    }
    return table;
  }

  public static byte clipped(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
