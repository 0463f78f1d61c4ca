package dev.espalier.internal;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** Checks of numbers that layers and activations are made with. */
public final class ArgumentChecks {
  private ArgumentChecks() {}

  /** Returns a number that must be 1 or more. */
  public static int positive(String what, int value) {
    return require(value > 0, what, value, "Give 1 or more.");
  }

  /** Returns a number that must be 0 or more. */
  public static int notNegative(String what, int value) {
    return require(value >= 0, what, value, "Give 0 or more.");
  }

  /** Requires a number from 0 to 1. */
  public static void fraction(String what, double value) {
    require(value >= 0 && value <= 1, what, value, "Give a number from 0 to 1.");
  }

  /**
   * Returns a value that must be valid.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if it is not
   */
  public static <T> T require(boolean valid, String what, T value, String remedy) {
    if (!valid) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT, "The " + what + " cannot be " + value + ".", remedy);
    }
    return value;
  }
}
