package dev.espalier.augment.internal;

/** Tables of 256 that say what each value of a pixel becomes. */
public final class Tables {
  private Tables() {}

  /** What becomes of one value. */
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

  /** Returns the table of a curve, clipped, its fraction dropped as Pillow does. */
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
