package dev.espalier.callbacks;

import dev.espalier.callback.Logs;
import dev.espalier.callback.TrainingControl;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Goal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Monitors one value of the logs and decides whether it has improved, like Keras 3. Immutable: the
 * callback keeps the best value so far.
 *
 * @param key in the logs, such as {@code val_loss}
 * @param mode whether a lower or a higher value is better, or null for what the metric declares
 * @param minDelta minimum change that counts as improvement, never negative
 */
record Monitor(String key, @Nullable Goal mode, double minDelta) {
  Monitor {
    if (key.isBlank()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The metric to monitor has no name.",
          "Give the name of a metric in the logs, such as val_loss or val_accuracy.");
    }
    if (Double.isNaN(minDelta)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The least change of " + key + " that counts is not a number.",
          "Set minDelta to a number, such as 0.0001.");
    }
    // Like Keras, uses the absolute value: the goal determines the direction.
    minDelta = Math.abs(minDelta);
  }

  Monitor withKey(String other) {
    return new Monitor(other, mode, minDelta);
  }

  Monitor withGoal(@Nullable Goal other) {
    return new Monitor(key, other, minDelta);
  }

  Monitor withMinDelta(double other) {
    return new Monitor(key, mode, other);
  }

  /**
   * Returns whether a lower or a higher value is better. Call it at the end of an epoch, because
   * the metrics may be unknown before.
   *
   * @param callback name of the callback for messages
   */
  Goal goal(String callback, TrainingControl control, Logs logs) {
    Goal goal = mode == null ? control.goal(key) : mode;
    if (goal == null) {
      throw unknown(callback, logs);
    }
    return goal;
  }

  private EspalierException unknown(String callback, Logs logs) {
    List<String> known =
        logs.asMap().keySet().stream().filter(name -> !name.equals("learning_rate")).toList();
    return new EspalierException(
        ErrorCode.CALLBACK_FAILED,
        callback
            + " monitors "
            + key
            + ", but neither the loss nor a metric is called that, so it cannot tell whether"
            + " lower or higher is better.",
        "Monitor one of "
            + String.join(", ", known)
            + ", or set mode(Goal.MIN) or mode(Goal.MAX).");
  }

  /**
   * Returns the message for an epoch without the monitored value.
   *
   * @param callback name of the callback for messages
   * @param consequence what the callback does about it
   */
  String missing(String callback, String consequence, Logs logs) {
    return callback
        + " monitors "
        + key
        + ", which has no value in this epoch, and "
        + consequence
        + ". Available: "
        + String.join(", ", logs.asMap().keySet())
        + ".";
  }

  /**
   * Returns whether {@code value} is better than {@code best} by more than the minimum change.
   *
   * @param best null if there is none yet; then any value is better, even NaN, which no value
   *     improves on afterwards
   */
  boolean improves(Goal goal, double value, @Nullable Double best) {
    if (best == null) {
      return true;
    }
    // Keras compares 32-bit numbers; in 64 bits, an improvement of exactly minDelta would count due
    // to rounding.
    float reference = best.floatValue();
    return goal == Goal.MIN
        ? (float) (value + minDelta) < reference
        : (float) (value - minDelta) > reference;
  }
}
