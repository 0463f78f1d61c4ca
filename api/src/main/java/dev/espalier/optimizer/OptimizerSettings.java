package dev.espalier.optimizer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * Checks of the settings of optimizers. Steps compute with 32 bits, in which they must hold too.
 */
final class OptimizerSettings {
  private OptimizerSettings() {}

  /** Checks a decay rate: from 0 to less than 1. */
  static void requireDecayRate(String optimizer, String setting, double value) {
    if (!(value >= 0 && (float) value < 1)) {
      throw refused(optimizer, setting, value, "Give a number from 0 to less than 1, such as 0.9.");
    }
  }

  /** Checks the constant that denominators get for numerical stability: above 0. */
  static void requireEpsilon(String optimizer, double value) {
    if (!((float) value > 0) || Float.isInfinite((float) value)) {
      throw refused(optimizer, "epsilon", value, "Give a number above 0, such as 1e-7.");
    }
  }

  /** Checks a factor: 0 or more. */
  static void requireNotNegative(String optimizer, String setting, double value, double usual) {
    if (!(value >= 0) || Float.isInfinite((float) value)) {
      throw refused(
          optimizer, setting, value, "Give a number of 0 or more, such as " + usual + ".");
    }
  }

  static EspalierException refused(String optimizer, String setting, double value, String remedy) {
    return new EspalierException(
        ErrorCode.INVALID_TRAINING_SETTING,
        "The " + setting + " of " + optimizer + " cannot be " + value + ".",
        remedy);
  }
}
