package dev.espalier.schedule;

/**
 * The learning rate is multiplied by the decay rate over each span: initial·rate^(step/n) with n
 * the steps of the span. With {@code staircase} the exponent is rounded down, so that the learning
 * rate falls in steps. As Keras' {@code ExponentialDecay}. Immutable.
 *
 * @param initialLearningRate at step 0
 * @param decay over which the learning rate is multiplied by the rate once
 * @param decayRate factor, above 0
 * @param staircase whether the learning rate changes at the end of each span only
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
