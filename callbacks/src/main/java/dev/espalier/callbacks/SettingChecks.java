package dev.espalier.callbacks;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** Checks what a callback is set to. */
final class SettingChecks {
  private SettingChecks() {}

  /**
   * Refuses a setting where it is made.
   *
   * @param callback as it is called in messages
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
