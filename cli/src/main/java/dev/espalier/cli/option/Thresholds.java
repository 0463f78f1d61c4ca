package dev.espalier.cli.option;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** The allowed values of {@code --threshold}. */
public final class Thresholds {
  private Thresholds() {}

  public static double checked(double threshold) {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "--threshold cannot be " + threshold + ".",
          "Give a number from 0 to 1, such as 0.5.");
    }
    return threshold;
  }
}
