package dev.espalier.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * One operator that an engine ran, measured.
 *
 * @param origin what it computes a part of
 * @param operator the engine's own name of the operator, such as {@code convolution_backward}
 * @param nanoseconds the time it took, 0 or more; of operators that run at the same time, each has
 *     an equal part of that time
 * @param bytes size of its results, 0 where they are views of its arguments
 */
public record OperatorRun(OperatorOrigin origin, String operator, long nanoseconds, long bytes) {
  /** Checks the ranges. */
  public OperatorRun {
    if (nanoseconds < 0 || bytes < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The operator "
              + operator
              + " cannot have taken "
              + nanoseconds
              + " ns for "
              + bytes
              + " bytes.",
          "Give numbers of 0 or more.");
    }
  }
}
