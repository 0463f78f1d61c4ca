package dev.espalier.training;

import dev.espalier.graph.Tensor;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.function.Consumer;

/**
 * Adam: each weight moves by the mean of its gradients over the root of the mean of their squares,
 * so that all move about equally fast, whatever the size of their gradients. As in Keras: with the
 * new means m = beta1·m + (1 - beta1)·g and v = beta2·v + (1 - beta2)·g² after t steps of this
 * weight, it moves by -rate·sqrt(1 - beta2^t)/(1 - beta1^t)·m/(sqrt(v) + epsilon) (Kingma and Ba,
 * 2015). For weight decay take {@link AdamW}. Immutable.
 *
 * <p>A weight that is unfrozen late starts with t = 1, while the others go on.
 *
 * @param learningRate of each step
 * @param beta1 the part of the mean gradient that is kept in each step, from 0 to less than 1
 * @param beta2 the part of the mean square that is kept in each step, from 0 to less than 1
 * @param epsilon what the root is made larger by, above 0
 * @param amsgrad whether the largest v so far counts, so that steps do not grow again (AMSGrad)
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
