package dev.espalier.engine.slices;

/**
 * How large a slice of a batch is, which is told from the largest value that is computed of the
 * samples.
 *
 * @param sliceBytes how large it may be for a slice, unless it is that of a single sample
 */
public record SliceLimits(long sliceBytes) {
  /**
   * Slices whose values stay in the cache of the processor: 2 images of EfficientNet-B0 at 224
   * pixels. Half and twice as much were about equally fast.
   */
  private static final long CACHED = 10 << 20;

  /** Returns limits with which the values of a slice stay in the cache. */
  public static SliceLimits cached() {
    return new SliceLimits(CACHED);
  }

  /** Returns limits with which each slice is a single sample, for tests. */
  public static SliceLimits singleSamples() {
    return new SliceLimits(1);
  }
}
