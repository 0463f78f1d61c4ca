package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Stops the training after a time, at the end of a step; the epoch is validated and ends as usual.
 *
 * <pre>{@code
 * TimeLimit.of(Duration.ofHours(2))
 * }</pre>
 *
 * <p>A training that resumes from a checkpoint has used the time until the checkpoint. Immutable
 * settings; not for two concurrent trainings.
 */
public final class TimeLimit implements Callback {
  private final Duration limit;
  private final LongSupplier nanoClock;
  private long begin;
  private long usedBefore;

  TimeLimit(Duration limit, LongSupplier nanoClock) {
    if (limit.isNegative() || limit.isZero()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "TimeLimit does not work with a limit of " + limit.toSeconds() + " seconds.",
          "Give a time above 0.");
    }
    this.limit = limit;
    this.nanoClock = nanoClock;
  }

  /** Returns the callback with the time that a training may take. */
  public static TimeLimit of(Duration limit) {
    return new TimeLimit(limit, System::nanoTime);
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    begin = nanoClock.getAsLong();
    usedBefore = 0;
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    if (Duration.ofNanos(used()).compareTo(limit) >= 0) {
      event.control().requestStop("the time limit of " + text(limit) + " is reached");
    }
  }

  private long used() {
    return usedBefore + nanoClock.getAsLong() - begin;
  }

  private static String text(Duration time) {
    long seconds = time.toSeconds();
    if (seconds % 60 != 0 || seconds == 0) {
      return seconds + " s";
    }
    return seconds % 3600 == 0 ? seconds / 3600 + " h" : seconds / 60 + " min";
  }

  @Override
  public CallbackState state() {
    return CallbackState.of(Map.of("nanoseconds", Long.toString(used())));
  }

  @Override
  public void restoreState(CallbackState before) {
    Double used = before.number("nanoseconds");
    usedBefore = used == null ? 0 : used.longValue();
    begin = nanoClock.getAsLong();
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "TimeLimit[limit=" + limit + "]";
  }
}
