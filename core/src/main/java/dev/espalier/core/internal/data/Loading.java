package dev.espalier.core.internal.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * How samples are loaded into batches.
 *
 * @param batchSize samples per batch
 * @param dropRemainder whether to drop an incomplete last batch
 * @param workers threads that decode and augment; the result does not depend on their number
 * @param prefetch maximum number of batches prepared in advance
 */
public record Loading(int batchSize, boolean dropRemainder, int workers, int prefetch) {
  /** Checks the ranges. */
  public Loading {
    atLeastOne("batch size", batchSize);
    atLeastOne("number of workers", workers);
    atLeastOne("number of prefetched batches", prefetch);
  }

  private static void atLeastOne(String what, int value) {
    if (value < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The " + what + " is " + value + ".",
          "Give a number of 1 or more.");
    }
  }
}
