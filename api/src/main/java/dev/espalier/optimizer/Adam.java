package dev.espalier.optimizer;

import dev.espalier.graph.Tensor;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.function.Consumer;

/**
 * Adam, adaptive moment estimation (Kingma and Ba, 2015), in Keras' form. With gradient g at step t
 * of a weight: {@code m = beta1 * m + (1 - beta1) * g}, {@code v = beta2 * v + (1 - beta2) * g^2},
 * {@code weight -= rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)}. For weight
 * decay, use {@link AdamW}. Immutable and thread-safe.
 *
 * <p>Each weight counts its own steps: a weight that is unfrozen later starts with t = 1.
 *
 * @param learningRate learning rate, constant or a schedule
 * @param beta1 exponential decay rate of the first-moment estimates, from 0 to below 1
 * @param beta2 exponential decay rate of the second-moment estimates, from 0 to below 1
 * @param epsilon small constant added to the denominator for numerical stability, above 0
 * @param amsgrad whether to divide by the largest second-moment estimate so far (AMSGrad; Reddi and
 *     others, 2018)
 */
public record Adam(
    LearningRateSchedule learningRate, double beta1, double beta2, double epsilon, boolean amsgrad)
    implements Optimizer {
  /** Checks the ranges. */
  public Adam {
    new AdamRule(beta1, beta2, epsilon, amsgrad).requireUsable();
  }

  /**
   * Returns Adam with Keras' settings (beta1 0.9, beta2 0.999, epsilon 1e-7, no AMSGrad) and one
   * learning rate, which callbacks may change; Keras' is 0.001.
   */
  public static Adam of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /** Returns Adam with Keras' settings whose learning rate follows a schedule. */
  public static Adam of(LearningRateSchedule learningRate) {
    return new Adam(learningRate, AdamRule.BETA1, AdamRule.BETA2, AdamRule.EPSILON, false);
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public Adam learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with another decay rate of the mean gradient. */
  public Adam beta1(double value) {
    return with(copy -> copy.beta1 = value);
  }

  /** Returns this optimizer with another decay rate of the mean squared gradient. */
  public Adam beta2(double value) {
    return with(copy -> copy.beta2 = value);
  }

  /** Returns this optimizer with another epsilon, added for numerical stability. */
  public Adam epsilon(double value) {
    return with(copy -> copy.epsilon = value);
  }

  /** Returns this optimizer with or without AMSGrad. */
  public Adam amsgrad(boolean value) {
    return with(copy -> copy.amsgrad = value);
  }

  private Adam with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Adam(copy.learningRate, copy.beta1, copy.beta2, copy.epsilon, copy.amsgrad);
  }

  @Override
  public String name() {
    return "adam";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    updateFrom(weight, update, gradient);
  }

  /** Adds the update of one weight whose step starts from what weight decay left of it. */
  void updateFrom(Tensor start, Update update, Tensor gradient) {
    new AdamRule(beta1, beta2, epsilon, amsgrad).update(update, start, gradient);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double beta1;
    private double beta2;
    private double epsilon;
    private boolean amsgrad;

    Copy(Adam from) {
      learningRate = from.learningRate;
      beta1 = from.beta1;
      beta2 = from.beta2;
      epsilon = from.epsilon;
      amsgrad = from.amsgrad;
    }
  }
}
