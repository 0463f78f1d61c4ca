package dev.espalier.callbacks;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** Checks the settings of callbacks. */
final class SettingChecks {
  private SettingChecks() {}

  /**
   * Rejects an invalid setting when the callback is configured.
   *
   * @param callback name of the callback for messages
   * @param remedy what to give instead
   * @throws EspalierException {@code INVALID_TRAINING_SETTING} unless {@code valid}
   */
  static void require(boolean valid, String callback, String name, Number value, String remedy) {
    if (!valid) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          callback + " does not work with a " + name + " of " + value + ".",
          remedy);
    }
  }
}
