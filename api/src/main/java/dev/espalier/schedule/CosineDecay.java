package dev.espalier.schedule;

/**
 * Cosine decay (Loshchilov and Hutter, 2017): the learning rate falls along half a cosine from its
 * initial value to {@code alpha} times it and then stays constant: {@code rate * ((1 - alpha) * (1
 * + cos(pi * s / n)) / 2 + alpha)} with {@code s = min(step, n)} and n the number of steps of the
 * decay. As Keras' {@code CosineDecay}; for its warm-up, put {@link WarmUp} before it. Immutable
 * and thread-safe.
 *
 * @param initialLearningRate learning rate at step 0
 * @param decay duration of the decay
 * @param alpha final learning rate as a fraction of the initial one, from 0 to 1
 */
public record CosineDecay(double initialLearningRate, Span decay, double alpha)
    implements LearningRateSchedule {
  private static final String NAME = "a cosine decay";

  /** Checks the ranges. */
  public CosineDecay {
    ScheduleChecks.learningRate(NAME, "initial learning rate", initialLearningRate);
    ScheduleChecks.fraction(NAME, "alpha", alpha);
  }

  /** Returns a decay to 0. */
  public static CosineDecay of(double initialLearningRate, Span decay) {
    return new CosineDecay(initialLearningRate, decay, 0);
  }

  /** Returns a decay to 0 over a number of steps. */
  public static CosineDecay of(double initialLearningRate, long steps) {
    return of(initialLearningRate, Span.steps(steps));
  }

  /** Returns this decay to another fraction of the initial learning rate. */
  public CosineDecay alpha(double value) {
    return new CosineDecay(initialLearningRate, decay, value);
  }

  @Override
  public double at(TrainingProgress progress) {
    long steps = decay.toSteps(progress.stepsPerEpoch());
    double done = (double) Math.min(progress.step(), steps) / steps;
    return initialLearningRate * ((1 - alpha) * halfCosine(done) + alpha);
  }

  /** Returns 1 at the start, 0 at the end; with the same digits on every machine. */
  static double halfCosine(double done) {
    return (1 + StrictMath.cos(Math.PI * done)) / 2;
  }
}
