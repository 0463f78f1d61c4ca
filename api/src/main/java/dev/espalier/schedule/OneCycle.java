package dev.espalier.schedule;

import java.util.function.Consumer;

/**
 * One cycle (Smith and Topin, 2018): the learning rate rises to its maximum along half a cosine,
 * falls along another to a value far below the initial one, and stays there. As PyTorch's {@code
 * OneCycleLR}, without its change of the momentum. Immutable and thread-safe.
 *
 * @param maxLearningRate largest learning rate
 * @param length duration of the whole cycle, usually that of the training
 * @param warmUpFraction fraction of the cycle in which the learning rate rises, from 0 to 1
 * @param divFactor what the maximum is divided by to get the learning rate of step 0, above 0
 * @param finalDivFactor what the learning rate of step 0 is divided by to get the last one, above 0
 */
public record OneCycle(
    double maxLearningRate,
    Span length,
    double warmUpFraction,
    double divFactor,
    double finalDivFactor)
    implements LearningRateSchedule {
  private static final String NAME = "one cycle";

  /** Checks the ranges. */
  public OneCycle {
    ScheduleChecks.learningRate(NAME, "largest learning rate", maxLearningRate);
    ScheduleChecks.fraction(NAME, "warm-up fraction", warmUpFraction);
    ScheduleChecks.positive(NAME, "div factor", divFactor);
    ScheduleChecks.positive(NAME, "final div factor", finalDivFactor);
    ScheduleChecks.learningRate(NAME, "initial learning rate", maxLearningRate / divFactor);
    ScheduleChecks.learningRate(
        NAME, "final learning rate", maxLearningRate / divFactor / finalDivFactor);
  }

  /**
   * Returns a cycle with PyTorch's settings: it starts at a 25th of the largest learning rate,
   * rises for 0.3 of its length and ends at a 10000th of its start.
   */
  public static OneCycle of(double maxLearningRate, Span length) {
    return new OneCycle(maxLearningRate, length, 0.3, 25, 1e4);
  }

  /** Returns this cycle with another fraction in which the learning rate rises. */
  public OneCycle warmUpFraction(double value) {
    return with(copy -> copy.warmUpFraction = value);
  }

  /** Returns this cycle with another quotient of the largest and the initial learning rate. */
  public OneCycle divFactor(double value) {
    return with(copy -> copy.divFactor = value);
  }

  /** Returns this cycle with another quotient of the initial and the final learning rate. */
  public OneCycle finalDivFactor(double value) {
    return with(copy -> copy.finalDivFactor = value);
  }

  @Override
  public double at(TrainingProgress progress) {
    double last = length.toSteps(progress.stepsPerEpoch()) - 1.0;
    double top = warmUpFraction * (last + 1) - 1;
    double initial = maxLearningRate / divFactor;
    double step = progress.step();
    if (step >= last) {
      return top >= last ? maxLearningRate : initial / finalDivFactor;
    }
    return step < top
        ? between(initial, maxLearningRate, step / top)
        : between(maxLearningRate, initial / finalDivFactor, (step - top) / (last - top));
  }

  private static double between(double start, double end, double done) {
    return end + (start - end) * CosineDecay.halfCosine(done);
  }

  private OneCycle with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new OneCycle(
        maxLearningRate, length, copy.warmUpFraction, copy.divFactor, copy.finalDivFactor);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private double warmUpFraction;
    private double divFactor;
    private double finalDivFactor;

    Copy(OneCycle from) {
      warmUpFraction = from.warmUpFraction;
      divFactor = from.divFactor;
      finalDivFactor = from.finalDivFactor;
    }
  }
}
