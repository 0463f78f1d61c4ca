package dev.espalier.schedule;

import java.util.function.Consumer;

/**
 * Polynomial decay: {@code (initial - final) * (1 - s / n)^power + final} with {@code s = min(step,
 * n)} and n the number of steps of the decay; a power of 1 is linear. With {@code cycle} the decay
 * restarts when it reaches its end: n is the smallest multiple of the decay's steps that is not
 * below the step. As Keras' {@code PolynomialDecay}. Immutable and thread-safe.
 *
 * @param initialLearningRate learning rate at step 0
 * @param decay duration of the decay
 * @param endLearningRate final learning rate
 * @param power power of the polynomial, above 0
 * @param cycle whether the decay restarts at its end
 */
public record PolynomialDecay(
    double initialLearningRate, Span decay, double endLearningRate, double power, boolean cycle)
    implements LearningRateSchedule {
  private static final String NAME = "a polynomial decay";

  /** Checks the ranges. */
  public PolynomialDecay {
    ScheduleChecks.learningRate(NAME, "initial learning rate", initialLearningRate);
    ScheduleChecks.learningRate(NAME, "final learning rate", endLearningRate);
    ScheduleChecks.positive(NAME, "power", power);
  }

  /** Returns a straight line to Keras' final learning rate, 0.0001. */
  public static PolynomialDecay of(double initialLearningRate, Span decay) {
    return new PolynomialDecay(initialLearningRate, decay, 1e-4, 1, false);
  }

  /** Returns this decay to another final learning rate. */
  public PolynomialDecay endLearningRate(double value) {
    return with(copy -> copy.endLearningRate = value);
  }

  /** Returns this decay with another power. */
  public PolynomialDecay power(double value) {
    return with(copy -> copy.power = value);
  }

  /** Returns this decay starting again at its end, or staying there. */
  public PolynomialDecay cycle(boolean value) {
    return with(copy -> copy.cycle = value);
  }

  @Override
  public double at(TrainingProgress progress) {
    double steps = decay.toSteps(progress.stepsPerEpoch());
    double step = progress.step();
    if (cycle) {
      steps *= Math.max(1, Math.ceil(step / steps));
    }
    double left = 1 - Math.min(step, steps) / steps;
    return (initialLearningRate - endLearningRate) * StrictMath.pow(left, power) + endLearningRate;
  }

  private PolynomialDecay with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new PolynomialDecay(
        initialLearningRate, decay, copy.endLearningRate, copy.power, copy.cycle);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private double endLearningRate;
    private double power;
    private boolean cycle;

    Copy(PolynomialDecay from) {
      endLearningRate = from.endLearningRate;
      power = from.power;
      cycle = from.cycle;
    }
  }
}
