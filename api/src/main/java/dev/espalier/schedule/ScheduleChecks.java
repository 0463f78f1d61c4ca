package dev.espalier.schedule;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** Checks what schedules are made of. */
final class ScheduleChecks {
  private ScheduleChecks() {}

  /** Requires a learning rate: 0 or more, and finite in the 32 bits that steps compute with. */
  static void learningRate(String schedule, String what, double value) {
    require(
        value >= 0 && !Float.isInfinite((float) value),
        schedule,
        what,
        value,
        "Give a number of 0 or more, such as 0.01.");
  }

  /** Requires a number from 0 to 1. */
  static void fraction(String schedule, String what, double value) {
    require(value >= 0 && value <= 1, schedule, what, value, "Give a number from 0 to 1.");
  }

  /** Requires a finite number above 0. */
  static void positive(String schedule, String what, double value) {
    require(value > 0 && Double.isFinite(value), schedule, what, value, "Give a number above 0.");
  }

  static void require(boolean usable, String schedule, String what, double value, String remedy) {
    if (!usable) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The " + what + " of " + schedule + " cannot be " + value + ".",
          remedy);
    }
  }
}
