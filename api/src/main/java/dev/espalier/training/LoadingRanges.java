package dev.espalier.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** Checks how samples are to be loaded into batches. */
final class LoadingRanges {
  private LoadingRanges() {}

  static void require(int workers, int prefetch) {
    atLeast(0, "number of workers", workers);
    atLeast(1, "number of prefetched batches", prefetch);
  }

  static void atLeast(int least, String what, int value) {
    if (value < least) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The " + what + " is " + value + ".",
          "Give a number of " + least + " or more.");
    }
  }
}
