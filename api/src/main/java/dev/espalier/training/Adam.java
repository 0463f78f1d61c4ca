package dev.espalier.training;

import dev.espalier.graph.Tensor;

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
    new AdamRule(beta1, beta2, epsilon, amsgrad).requireUsable("Adam");
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

  /** Returns this optimizer with another part of the mean gradient that is kept in each step. */
  public Adam beta1(double value) {
    return new Adam(learningRate, value, beta2, epsilon, amsgrad);
  }

  /** Returns this optimizer with another part of the mean square that is kept in each step. */
  public Adam beta2(double value) {
    return new Adam(learningRate, beta1, value, epsilon, amsgrad);
  }

  /** Returns this optimizer with another number that the root is made larger by. */
  public Adam epsilon(double value) {
    return new Adam(learningRate, beta1, beta2, value, amsgrad);
  }

  /** Returns this optimizer with or without AMSGrad. */
  public Adam amsgrad(boolean value) {
    return new Adam(learningRate, beta1, beta2, epsilon, value);
  }

  @Override
  public String name() {
    return "adam";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    new AdamRule(beta1, beta2, epsilon, amsgrad).update(update, weight, gradient);
  }
}
