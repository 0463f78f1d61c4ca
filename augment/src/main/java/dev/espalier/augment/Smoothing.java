package dev.espalier.augment;

/** The mean of the 3x3 pixels around one, with five times the weight on the one in the middle. */
record Smoothing(Raster source) {
  /** Returns 13 times the mean around the value at {@code i}, which lies on no edge. */
  int thirteenths(int i) {
    int row = source.rowLength();
    int step = source.channels;
    return threeAt(i - row, step) + threeAt(i, step) + 4 * at(i) + threeAt(i + row, step);
  }

  private int threeAt(int i, int step) {
    return at(i - step) + at(i) + at(i + step);
  }

  private int at(int i) {
    return source.bytes[i] & 0xff;
  }
}
