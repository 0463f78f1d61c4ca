package dev.espalier.schedule;

/**
 * The learning rate falls as one over time: initial/(1 + rate·step/n) with n the steps of the span.
 * With {@code staircase} step/n is rounded down. As Keras' {@code InverseTimeDecay}. Immutable.
 *
 * @param initialLearningRate at step 0
 * @param decay over which the divisor grows by the rate once
 * @param decayRate how fast the learning rate falls, 0 or more
 * @param staircase whether the learning rate changes at the end of each span only
 */
public record InverseTimeDecay(
    double initialLearningRate, Span decay, double decayRate, boolean staircase)
    implements LearningRateSchedule {
  private static final String NAME = "an inverse time decay";

  /** Checks the ranges. */
  public InverseTimeDecay {
    ScheduleChecks.learningRate(NAME, "initial learning rate", initialLearningRate);
    ScheduleChecks.require(
        decayRate >= 0 && Double.isFinite(decayRate),
        NAME,
        "decay rate",
        decayRate,
        "Give a number of 0 or more.");
  }

  /** Returns a smooth decay. */
  public static InverseTimeDecay of(double initialLearningRate, Span decay, double decayRate) {
    return new InverseTimeDecay(initialLearningRate, decay, decayRate, false);
  }

  /** Returns this decay in steps, or smooth. */
  public InverseTimeDecay staircase(boolean value) {
    return new InverseTimeDecay(initialLearningRate, decay, decayRate, value);
  }

  @Override
  public double at(TrainingProgress progress) {
    double spans = (double) progress.step() / decay.toSteps(progress.stepsPerEpoch());
    return initialLearningRate / (1 + decayRate * (staircase ? Math.floor(spans) : spans));
  }
}
