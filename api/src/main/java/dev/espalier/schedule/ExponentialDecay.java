package dev.espalier.schedule;

/**
 * Exponential decay: {@code initial * decayRate^(step / n)} with n the number of steps of the
 * duration. With {@code staircase} the exponent is rounded down, so that the learning rate changes
 * in discrete steps. As Keras' {@code ExponentialDecay}. Immutable and thread-safe.
 *
 * @param initialLearningRate learning rate at step 0
 * @param decay duration over which the learning rate is multiplied by the decay rate once
 * @param decayRate factor, above 0
 * @param staircase whether to decay in discrete steps, at the end of each duration
 */
public record ExponentialDecay(
    double initialLearningRate, Span decay, double decayRate, boolean staircase)
    implements LearningRateSchedule {
  private static final String NAME = "an exponential decay";

  /** Checks the ranges. */
  public ExponentialDecay {
    ScheduleChecks.learningRate(NAME, "initial learning rate", initialLearningRate);
    ScheduleChecks.positive(NAME, "decay rate", decayRate);
  }

  /** Returns a smooth decay. */
  public static ExponentialDecay of(double initialLearningRate, Span decay, double decayRate) {
    return new ExponentialDecay(initialLearningRate, decay, decayRate, false);
  }

  /** Returns this decay in steps, or smooth. */
  public ExponentialDecay staircase(boolean value) {
    return new ExponentialDecay(initialLearningRate, decay, decayRate, value);
  }

  @Override
  public double at(TrainingProgress progress) {
    double spans = (double) progress.step() / decay.toSteps(progress.stepsPerEpoch());
    return initialLearningRate * StrictMath.pow(decayRate, staircase ? Math.floor(spans) : spans);
  }
}
