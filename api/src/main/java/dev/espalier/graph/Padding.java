package dev.espalier.graph;

/** How a convolution or pooling handles the border. */
public enum Padding {
  /** No padding: the output has (n - k) div stride + 1 positions. */
  VALID,
  /**
   * Zero padding so that the output has ceil(n / stride) positions; of an odd amount the larger
   * half goes to the bottom and right, as in TensorFlow.
   */
  SAME;

  /**
   * Returns the number of output positions along an axis.
   *
   * @param size input size
   * @param window size of the (dilated) window
   */
  public int outputSize(int size, int window, int stride) {
    return this == SAME
        ? (int) (((long) size + stride - 1) / stride)
        : (size - window) / stride + 1;
  }

  /**
   * Returns the number of output positions along an axis of a transposed convolution, as Keras
   * defines it: {@code size · stride}, and with {@code VALID} as many more as the window is larger
   * than the stride.
   */
  public long transposedSize(int size, int window, int stride) {
    int more = this == SAME ? 0 : Math.max(0, window - stride);
    return (long) size * stride + more;
  }

  /** Returns the zeros added before the first element of an axis. */
  public int before(int size, int window, int stride) {
    return total(size, window, stride) / 2;
  }

  /** Returns the zeros added after the last element of an axis. */
  public int after(int size, int window, int stride) {
    int total = total(size, window, stride);
    return total - total / 2;
  }

  private int total(int size, int window, int stride) {
    if (this == VALID) {
      return 0;
    }
    int positions = outputSize(size, window, stride);
    return (int) Math.max(0, (positions - 1L) * stride + window - size);
  }
}
