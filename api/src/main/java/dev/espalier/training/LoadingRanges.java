package dev.espalier.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** Checks how samples are to be loaded into batches. */
final class LoadingRanges {
  /** Each is a thread, more than any machine can use. */
  private static final int MOST_WORKERS = 1024;

  /** Each is held in memory. */
  private static final int MOST_BATCHES = 10_000;

  private LoadingRanges() {}

  static void require(int workers, int prefetch) {
    atLeast(0, "number of workers", workers);
    atMost(MOST_WORKERS, "number of workers", workers);
    atLeast(1, "number of prefetched batches", prefetch);
    atMost(MOST_BATCHES, "number of prefetched batches", prefetch);
  }

  private static void atMost(int most, String what, int value) {
    if (value > most) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The " + what + " is " + value + ".",
          "Give a number of at most " + most + ".");
    }
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
