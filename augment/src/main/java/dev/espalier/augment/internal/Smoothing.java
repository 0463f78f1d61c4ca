package dev.espalier.augment.internal;

/**
 * The weighted mean of 3x3 pixels, with weight 5 in the center, padded with black. Processes the
 * rows of one image; not thread-safe.
 */
public final class Smoothing {
  private final Raster source;
  private final int[] columns;
  private final int[] sums;

  public Smoothing(Raster source) {
    this.source = source;
    this.columns = new int[source.rowLength() + 2 * source.channels];
    this.sums = new int[source.rowLength()];
  }

  /** Returns 13 times the means of a row, in an array that the next call overwrites. */
  public int[] thirteenths(int row) {
    byte[] bytes = source.bytes;
    int length = source.rowLength();
    int step = source.channels;
    int at = row * length;
    for (int i = 0; i < length; i++) {
      columns[step + i] = bytes[at + i] & 0xff;
    }
    if (row > 0) {
      add(at - length);
    }
    if (row < source.height - 1) {
      add(at + length);
    }
    for (int i = 0; i < length; i++) {
      sums[i] = columns[i] + columns[i + step] + columns[i + 2 * step] + 4 * (bytes[at + i] & 0xff);
    }
    return sums;
  }

  private void add(int from) {
    byte[] bytes = source.bytes;
    int step = source.channels;
    for (int i = 0; i < sums.length; i++) {
      columns[step + i] += bytes[from + i] & 0xff;
    }
  }
}
