package dev.espalier.augment;

/**
 * What lies outside an image. Examples continue a row {@code a b c d}. Values between two pixels
 * are made of what this row has there; Keras' backends differ about the seam of {@link #WRAP}, and
 * this is the rule of JAX and PyTorch.
 */
public enum FillMode {
  /** Mirrored, the edge repeated: {@code d c b a | a b c d | d c b a}. */
  REFLECT,
  /** One value everywhere: {@code k k k k | a b c d | k k k k}. */
  CONSTANT,
  /** Repeated: {@code a b c d | a b c d | a b c d}. */
  WRAP,
  /** The edge goes on: {@code a a a a | a b c d | d d d d}. */
  NEAREST;

  /** Returns the index inside that stands for {@code index}, or -1 for the constant. */
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
}
