package dev.espalier.schedule;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * A constant learning rate; the only schedule that callbacks may change. Immutable and thread-safe.
 *
 * @param learningRate learning rate, 0 or more
 */
public record ConstantLearningRate(double learningRate) implements LearningRateSchedule {
  /** Checks the range. */
  public ConstantLearningRate {
    // Steps compute with 32 bits, in which it must still be finite.
    if (!(learningRate >= 0) || Float.isInfinite((float) learningRate)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The learning rate " + learningRate + " is invalid.",
          "Give a number of 0 or more, such as 0.01.");
    }
  }

  @Override
  public double at(TrainingProgress progress) {
    return learningRate;
  }
}
