package dev.espalier.schedule;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * Progress of training, as a {@link LearningRateSchedule} sees it. Immutable.
 *
 * @param step number of optimizer steps so far, from 0; it continues from one {@code fit} to the
 *     next and restarts with another optimizer
 * @param stepsPerEpoch number of steps per epoch of the current {@code fit}, 1 or more
 */
public record TrainingProgress(long step, int stepsPerEpoch) {
  /**
   * Checks the ranges.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} for a negative step or an epoch
   *     without steps
   */
  public TrainingProgress {
    if (step < 0 || stepsPerEpoch < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Training cannot be at step " + step + " in epochs of " + stepsPerEpoch + " steps.",
          "Give a step of 0 or more, and 1 or more steps per epoch.");
    }
  }

  /** Returns the number of epochs that the steps make, with the fraction of the last one. */
  public double epochs() {
    return (double) step / stepsPerEpoch;
  }

  /**
   * Returns the progress counted from the end of a span, for what follows after it.
   *
   * @return step 0 as long as the span is not over
   */
  public TrainingProgress after(Span span) {
    return new TrainingProgress(Math.max(0, step - span.toSteps(stepsPerEpoch)), stepsPerEpoch);
  }
}
