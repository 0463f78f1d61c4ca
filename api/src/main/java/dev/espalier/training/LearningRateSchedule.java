package dev.espalier.training;

/** The learning rate as a function of the steps taken. Implementations are immutable. */
@FunctionalInterface
public interface LearningRateSchedule {
  /**
   * Returns the learning rate for a step.
   *
   * @param step updates made before, from 0
   */
  double at(long step);

  /** Returns a schedule that stays at one value, which callbacks may change. */
  static LearningRateSchedule constant(double learningRate) {
    return new ConstantLearningRate(learningRate);
  }
}
