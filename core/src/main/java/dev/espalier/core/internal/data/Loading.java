package dev.espalier.core.internal.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * How samples are loaded into batches.
 *
 * @param batchSize samples in a batch
 * @param dropRemainder whether a smaller batch at the end is left out
 * @param workers threads that decode and augment; what they produce does not depend on how many
 * @param prefetch batches that are prepared ahead, at most
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
