package dev.espalier.regularizer;

/** Factory methods for the built-in regularizers. */
public final class Regularizers {
  private Regularizers() {}

  /**
   * Returns factor·Σ|w|, which makes many weights zero.
   *
   * @param factor 0 or more
   */
  public static L1L2 l1(double factor) {
    return new L1L2(factor, 0);
  }

  /**
   * Returns factor·Σw², which keeps weights small.
   *
   * @param factor 0 or more; weight decay of an optimizer is another thing, which does not follow
   *     the gradient's scaling
   */
  public static L1L2 l2(double factor) {
    return new L1L2(0, factor);
  }

  /** Returns the sum of both. */
  public static L1L2 l1l2(double l1, double l2) {
    return new L1L2(l1, l2);
  }
}
