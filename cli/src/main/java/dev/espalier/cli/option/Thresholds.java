package dev.espalier.cli.option;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** The allowed values of options that are scores, such as {@code --threshold}. */
public final class Thresholds {
  private Thresholds() {}

  /** Returns the value of an option, which must be from 0 to 1. */
  public static double checked(String option, double score) {
    if (!(score >= 0 && score <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          option + " cannot be " + score + ".",
          "Give a number from 0 to 1, such as 0.5.");
    }
    return score;
  }
}
