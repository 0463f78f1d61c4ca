package dev.espalier.augment;

/** The mean of the 3x3 pixels around one, with five times the weight on the one in the middle. */
record Smoothing(Raster source) {
  /** Returns 13 times the mean around the value at {@code i}, which lies on no edge. */
  int thirteenths(int i) {
    int row = source.rowLength();
    int step = source.channels;
    return threeAt(i - row, step) + threeAt(i, step) + 4 * at(i) + threeAt(i + row, step);
  }

  /** Returns 13 times the mean around the value at {@code i}, with black outside the image. */
  int thirteenthsAtEdge(int i) {
    int row = i / source.rowLength();
    int column = i % source.rowLength() / source.channels;
    int sum = 4 * at(i);
    for (int y = Math.max(row - 1, 0); y <= Math.min(row + 1, source.height - 1); y++) {
      for (int x = Math.max(column - 1, 0); x <= Math.min(column + 1, source.width - 1); x++) {
        sum += at(i + (y - row) * source.rowLength() + (x - column) * source.channels);
      }
    }
    return sum;
  }

  private int threeAt(int i, int step) {
    return at(i - step) + at(i) + at(i + step);
  }

  private int at(int i) {
    return source.bytes[i] & 0xff;
  }
}
