package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * Sets the learning rate at the start of each epoch by a function: Keras' LearningRateScheduler.
 *
 * <pre>{@code
 * LearningRateScheduler.of((epoch, learningRate) -> epoch < 10 ? learningRate : learningRate * 0.9)
 * }</pre>
 *
 * <p>For the usual schedules an optimizer takes a {@link
 * dev.espalier.schedule.LearningRateSchedule}, which a configuration can name; an optimizer with
 * one rejects this callback. Settings are immutable: each method returns a new callback.
 */
public final class LearningRateScheduler implements Callback {
  private final Rate rate;
  private final boolean verbose;

  /** Computes the learning rate of an epoch. */
  @FunctionalInterface
  public interface Rate {
    /**
     * Returns the learning rate of an epoch.
     *
     * @param epoch index of the epoch, from 0
     * @param learningRate so far
     * @return a finite number of 0 or more
     */
    double of(int epoch, double learningRate);
  }

  private LearningRateScheduler(Rate rate, boolean verbose) {
    this.rate = rate;
    this.verbose = verbose;
  }

  /** Returns the callback with a function, without messages. */
  public static LearningRateScheduler of(Rate rate) {
    return new LearningRateScheduler(rate, false);
  }

  /** Returns this callback with or without a message at the start of each epoch. */
  public LearningRateScheduler verbose(boolean value) {
    return new LearningRateScheduler(rate, value);
  }

  @Override
  public boolean setsLearningRate() {
    return true;
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    double next = rate.of(event.epoch(), event.control().learningRate());
    if (!Double.isFinite(next) || next < 0) {
      throw new EspalierException(
          ErrorCode.CALLBACK_FAILED,
          "The function of LearningRateScheduler gives the learning rate "
              + next
              + " for epoch "
              + (event.epoch() + 1)
              + ".",
          "Return a finite number of 0 or more.");
    }
    event.control().setLearningRate(next);
    if (verbose) {
      event
          .control()
          .message(
              "Epoch "
                  + (event.epoch() + 1)
                  + ": LearningRateScheduler setting learning rate to "
                  + ShortestDecimal.of(next)
                  + ".");
    }
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "LearningRateScheduler[verbose=" + verbose + "]";
  }
}
