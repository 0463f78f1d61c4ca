package dev.espalier.schedule;

/**
 * Linear warm-up to the initial learning rate of another schedule, followed by that schedule, whose
 * steps count from the end of the warm-up. Before a {@link CosineDecay} it is the warm-up of Keras'
 * {@code CosineDecay}: the initial learning rate here is Keras' {@code initial_learning_rate}, that
 * of the cosine its {@code warmup_target}. Immutable and thread-safe.
 *
 * <pre>{@code
 * WarmUp.over(Span.epochs(5), CosineDecay.of(0.1, Span.epochs(95)))
 * }</pre>
 *
 * @param length duration of the warm-up
 * @param initialLearningRate learning rate at step 0
 * @param then schedule after the warm-up
 */
public record WarmUp(Span length, double initialLearningRate, LearningRateSchedule then)
    implements LearningRateSchedule {
  /** Checks the range. */
  public WarmUp {
    ScheduleChecks.learningRate("a warm-up", "initial learning rate", initialLearningRate);
  }

  /** Returns a warm-up from 0. */
  public static WarmUp over(Span length, LearningRateSchedule then) {
    return new WarmUp(length, 0, then);
  }

  /** Returns a warm-up from 0 to a learning rate that stays. */
  public static WarmUp over(Span length, double learningRate) {
    return over(length, LearningRateSchedule.constant(learningRate));
  }

  /** Returns this warm-up from another learning rate. */
  public WarmUp initialLearningRate(double value) {
    return new WarmUp(length, value, then);
  }

  @Override
  public double at(TrainingProgress progress) {
    long steps = length.toSteps(progress.stepsPerEpoch());
    double next = then.at(progress.after(length));
    if (progress.step() >= steps) {
      return next;
    }
    double done = (double) progress.step() / steps;
    return initialLearningRate + (next - initialLearningRate) * done;
  }
}
