package dev.espalier.activation;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** Checks of the parameters of activations. */
final class ActivationChecks {
  private ActivationChecks() {}

  static void require(boolean valid, String what, double value, String remedy) {
    if (!valid) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT, "The " + what + " cannot be " + value + ".", remedy);
    }
  }
}
