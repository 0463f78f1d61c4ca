package dev.espalier.schedule;

/**
 * Inverse time decay: {@code initial / (1 + decayRate * step / n)} with n the number of steps of
 * the duration. With {@code staircase} {@code step / n} is rounded down. As Keras' {@code
 * InverseTimeDecay}. Immutable and thread-safe.
 *
 * @param initialLearningRate learning rate at step 0
 * @param decay duration over which the denominator grows by the decay rate once
 * @param decayRate increase of the denominator, 0 or more
 * @param staircase whether to decay in discrete steps, at the end of each duration
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
