package dev.espalier.augment.geometry;

/**
 * How pixels beyond the edge of an image are filled. The examples extend a row {@code a b c d}.
 * Values between two pixels are interpolated from the extended row, except at the seam of {@link
 * #WRAP}, where Keras' backends differ: as on TensorFlow, a value between the last pixel and the
 * first is one of the two.
 */
public enum FillMode {
  /** Mirrored, the edge repeated: {@code d c b a | a b c d | d c b a}. */
  REFLECT,
  /** One value everywhere: {@code k k k k | a b c d | k k k k}. */
  CONSTANT,
  /**
   * Repeated: {@code a b c d | a b c d | a b c d}. Beyond one repetition TensorFlow's arithmetic,
   * which this follows, drifts towards the edges.
   */
  WRAP,
  /** Repeats the edge: {@code a a a a | a b c d | d d d d}. */
  NEAREST;

  /** Returns the index inside the image for {@code index}, or -1 for the constant. */
  int inside(int index, int length) {
    if (index >= 0 && index < length) {
      return index;
    }
    return switch (this) {
      case CONSTANT -> -1;
      case NEAREST -> index < 0 ? 0 : length - 1;
      case WRAP -> Math.floorMod(index, length);
      case REFLECT -> {
        int position = Math.floorMod(index, 2 * length);
        yield position < length ? position : 2 * length - 1 - position;
      }
    };
  }

  /**
   * Returns the position to read instead of {@code place}, before pixels are looked up. Only {@link
   * #WRAP} changes positions, by whole multiples of the length minus one, clamped to the image, as
   * TensorFlow does.
   */
  double place(double place, int length) {
    if (this != WRAP || (place >= 0 && place <= length - 1)) {
      return place;
    }
    if (length == 1) {
      return 0;
    }
    int last = length - 1;
    double moved =
        place < 0
            ? place + length * ((long) (-place / last) + 1.0)
            : place - length * (double) (long) (place / last);
    return Math.max(0, Math.min(last, moved));
  }
}
