package dev.espalier.schedule;

import java.util.function.Consumer;

/**
 * Cosine decay with warm restarts (SGDR; Loshchilov and Hutter, 2017): the i-th decay, counted from
 * 0, takes {@code tMul^i} times as many steps as the first and starts at {@code mMul^i} times the
 * initial learning rate. Each falls to {@code alpha} times the initial learning rate. As Keras'
 * {@code CosineDecayRestarts}. Immutable and thread-safe.
 *
 * @param initialLearningRate learning rate at step 0
 * @param firstDecay duration of the first decay
 * @param tMul multiplier of the duration at each restart, 1 or more
 * @param mMul multiplier of the initial learning rate at each restart, above 0
 * @param alpha final learning rate as a fraction of the initial one, from 0 to 1
 */
public record CosineDecayRestarts(
    double initialLearningRate, Span firstDecay, double tMul, double mMul, double alpha)
    implements LearningRateSchedule {
  private static final String NAME = "a cosine decay with restarts";

  /** Checks the ranges. */
  public CosineDecayRestarts {
    ScheduleChecks.learningRate(NAME, "initial learning rate", initialLearningRate);
    ScheduleChecks.require(
        tMul >= 1 && Double.isFinite(tMul), NAME, "tMul", tMul, "Give a number of 1 or more.");
    ScheduleChecks.positive(NAME, "mMul", mMul);
    ScheduleChecks.fraction(NAME, "alpha", alpha);
  }

  /** Returns decays to 0 from the same height, each twice as long as the one before. */
  public static CosineDecayRestarts of(double initialLearningRate, Span firstDecay) {
    return new CosineDecayRestarts(initialLearningRate, firstDecay, 2, 1, 0);
  }

  /** Returns this schedule with another factor of the length from one decay to the next. */
  public CosineDecayRestarts tMul(double value) {
    return with(copy -> copy.tMul = value);
  }

  /** Returns this schedule with another factor of the height from one decay to the next. */
  public CosineDecayRestarts mMul(double value) {
    return with(copy -> copy.mMul = value);
  }

  /** Returns this schedule with another fraction of the initial learning rate that stays. */
  public CosineDecayRestarts alpha(double value) {
    return with(copy -> copy.alpha = value);
  }

  @Override
  public double at(TrainingProgress progress) {
    double lengths = (double) progress.step() / firstDecay.toSteps(progress.stepsPerEpoch());
    double restarts =
        tMul == 1
            ? Math.floor(lengths)
            : Math.floor(StrictMath.log(1 + lengths * (tMul - 1)) / StrictMath.log(tMul));
    // The logarithm may be off by a digit at a restart.
    if (lengths >= start(restarts + 1)) {
      restarts++;
    } else if (lengths < start(restarts)) {
      restarts--;
    }
    double done = (lengths - start(restarts)) / StrictMath.pow(tMul, restarts);
    double height = StrictMath.pow(mMul, restarts);
    return initialLearningRate
        * ((1 - alpha) * height * CosineDecay.halfCosine(Math.min(1, done)) + alpha);
  }

  /** Returns when a decay starts, in lengths of the first. */
  private double start(double restart) {
    return tMul == 1 ? restart : (StrictMath.pow(tMul, restart) - 1) / (tMul - 1);
  }

  private CosineDecayRestarts with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new CosineDecayRestarts(
        initialLearningRate, firstDecay, copy.tMul, copy.mMul, copy.alpha);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private double tMul;
    private double mMul;
    private double alpha;

    Copy(CosineDecayRestarts from) {
      tMul = from.tMul;
      mMul = from.mMul;
      alpha = from.alpha;
    }
  }
}
