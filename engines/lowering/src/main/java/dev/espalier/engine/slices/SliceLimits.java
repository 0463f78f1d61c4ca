package dev.espalier.engine.slices;

/**
 * Which batches are computed in slices, and how large a slice is. Both are told from the largest
 * value that is computed of the samples.
 *
 * @param wholeBytes how large it may be for a batch that is computed whole, on all threads
 * @param sliceBytes how large it may be for a slice, unless it is that of a single sample
 */
public record SliceLimits(long wholeBytes, long sliceBytes) {
  /**
   * Slices whose values stay in the cache of the processor: 2 images of EfficientNet-B0 at 224
   * pixels. Half and twice as much were about equally fast.
   */
  private static final long CACHED = 10 << 20;

  /** Returns limits for a library that computes any batch faster in slices. */
  public static SliceLimits always() {
    return new SliceLimits(0, CACHED);
  }

  /**
   * Returns limits for a library that computes small batches as fast whole.
   *
   * @param bytes how large the largest value of such a batch may be
   */
  public static SliceLimits above(long bytes) {
    return new SliceLimits(bytes, CACHED);
  }

  /** Returns limits with which each slice is a single sample, for tests. */
  public static SliceLimits singleSamples() {
    return new SliceLimits(0, 1);
  }
}
