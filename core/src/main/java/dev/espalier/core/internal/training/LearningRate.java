package dev.espalier.core.internal.training;

import dev.espalier.core.internal.file.Checkpoint;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.schedule.ConstantLearningRate;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.TrainingProgress;

/**
 * The learning rate of the next step. A rate that callbacks may set is kept in single precision, as
 * used by steps and kept by Keras: 0.1 reads as 0.10000000149011612. Not thread-safe.
 */
final class LearningRate {
  private final LearningRateSchedule schedule;
  private final int stepsPerUpdate;
  private int stepsPerEpoch;
  private float value;
  private float lastUsed;
  private long iterations;

  /**
   * Starts at the first step of an optimizer.
   *
   * @param stepsPerEpoch number of steps per epoch in the current fit
   * @param stepsPerUpdate number of steps per optimizer update; schedules count updates
   */
  LearningRate(Optimizer optimizer, int stepsPerEpoch, int stepsPerUpdate) {
    this.schedule = optimizer.learningRate();
    this.stepsPerEpoch = stepsPerEpoch;
    this.stepsPerUpdate = stepsPerUpdate;
    this.value =
        schedule instanceof ConstantLearningRate constant ? (float) constant.learningRate() : 0;
    this.lastUsed = value;
  }

  /** Sets the number of steps per epoch from now on. */
  void epochsHave(int steps) {
    stepsPerEpoch = steps;
  }

  boolean adjustable() {
    return schedule instanceof ConstantLearningRate;
  }

  float next() {
    return adjustable() ? value : of(schedule);
  }

  /** Returns a schedule's learning rate for the next step. */
  float of(LearningRateSchedule followed) {
    int updatesPerEpoch = (stepsPerEpoch + stepsPerUpdate - 1) / stepsPerUpdate;
    double rate = followed.at(new TrainingProgress(iterations / stepsPerUpdate, updatesPerEpoch));
    if (!(rate >= 0) || Float.isInfinite((float) rate)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The schedule "
              + followed.getClass().getSimpleName()
              + " gives the learning rate "
              + rate
              + " at step "
              + iterations
              + ".",
          "A schedule must give finite numbers of 0 or more for all steps: correct it, or choose"
              + " another (in a configuration: training.optimizer.learning-rate).");
    }
    return (float) rate;
  }

  private String name() {
    return schedule.getClass().getSimpleName();
  }

  /** Returns the learning rate of the last step. */
  float lastUsed() {
    return lastUsed;
  }

  /** Counts a completed step. */
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
          "The learning rate follows a schedule (" + name() + "), so it cannot be set.",
          "Set the optimizer's learning rate to a number (in a configuration:"
              + " learning-rate = 0.01), or remove the callback that sets it.");
    }
    value = (float) new ConstantLearningRate(learningRate).learningRate(); // checks the range
  }
}
