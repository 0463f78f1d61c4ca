package dev.espalier.schedule;

/**
 * Step decay: the learning rate is multiplied by a factor at the end of each duration: {@code
 * initial * factor^floor(step / n)} with n the number of steps of the duration. As PyTorch's {@code
 * StepLR}; in Keras, it is {@code ExponentialDecay} with {@code staircase}. Immutable and
 * thread-safe.
 *
 * @param initialLearningRate learning rate at step 0
 * @param every duration between two changes
 * @param factor what the learning rate is multiplied by at each change, above 0
 */
public record StepDecay(double initialLearningRate, Span every, double factor)
    implements LearningRateSchedule {
  private static final String NAME = "a step decay";

  /** Checks the ranges. */
  public StepDecay {
    ScheduleChecks.learningRate(NAME, "initial learning rate", initialLearningRate);
    ScheduleChecks.positive(NAME, "factor", factor);
  }

  /** Returns a decay to a tenth after each duration. */
  public static StepDecay of(double initialLearningRate, Span every) {
    return new StepDecay(initialLearningRate, every, 0.1);
  }

  /** Returns this decay with another factor. */
  public StepDecay factor(double value) {
    return new StepDecay(initialLearningRate, every, value);
  }

  @Override
  public double at(TrainingProgress progress) {
    return new ExponentialDecay(initialLearningRate, every, factor, true).at(progress);
  }
}
