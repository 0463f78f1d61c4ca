package dev.espalier.core.internal.training;

import dev.espalier.core.internal.file.Checkpoint;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.training.ConstantLearningRate;
import dev.espalier.training.LearningRateSchedule;
import dev.espalier.training.Optimizer;

/**
 * The learning rate of the coming step. A number that callbacks may set is kept in single
 * precision, as the steps use it and as Keras keeps it: 0.1 reads as 0.10000000149011612. Not
 * thread-safe.
 */
final class LearningRate {
  private final LearningRateSchedule schedule;
  private float value;
  private float lastUsed;
  private long iterations;

  LearningRate(Optimizer optimizer) {
    schedule = optimizer.learningRate();
    value = (float) schedule.at(0);
    lastUsed = value;
  }

  boolean adjustable() {
    return schedule instanceof ConstantLearningRate;
  }

  float next() {
    return adjustable() ? value : (float) schedule.at(iterations);
  }

  /** Returns the learning rate of the last step. */
  float lastUsed() {
    return lastUsed;
  }

  /** Says that a step was made. */
  void stepped() {
    lastUsed = next();
    iterations++;
  }

  Checkpoint.Rate toCheckpoint() {
    return new Checkpoint.Rate(value, lastUsed, iterations);
  }

  void restore(Checkpoint.Rate before) {
    value = before.value();
    lastUsed = before.lastUsed();
    iterations = before.iterations();
  }

  void set(double learningRate) {
    if (!adjustable()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The learning rate follows a schedule ("
              + schedule.getClass().getSimpleName()
              + "), so it cannot be set.",
          "Give the optimizer a number (in a configuration: cosine-decay-steps = 0), or leave out the"
              + " callback that sets the learning rate.");
    }
    value = (float) new ConstantLearningRate(learningRate).learningRate(); // checks the range
  }
}
