package dev.espalier.training;

import dev.espalier.graph.Tensor;
import java.util.List;

/**
 * {@link Adam} with decoupled weight decay: first each weight loses the part rate·decay of itself,
 * then it moves as Adam says; the decay is not divided by the root (Loshchilov and Hutter, 2019).
 * As in Keras. Immutable.
 *
 * @param learningRate of each step
 * @param beta1 the part of the mean gradient that is kept in each step, from 0 to less than 1
 * @param beta2 the part of the mean square that is kept in each step, from 0 to less than 1
 * @param epsilon what the root is made larger by, above 0
 * @param amsgrad whether the largest v so far counts, so that steps do not grow again (AMSGrad)
 * @param weightDecay the part of each weight that is taken off per unit of learning rate
 * @param undecayed names of variables that keep their size: whole names or the part after the
 *     layer's, such as {@code bias}
 */
public record AdamW(
    LearningRateSchedule learningRate,
    double beta1,
    double beta2,
    double epsilon,
    boolean amsgrad,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  private static final double WEIGHT_DECAY = 0.004;

  /** Copies the list and checks the ranges. */
  public AdamW {
    undecayed = List.copyOf(undecayed);
    new AdamRule(beta1, beta2, epsilon, amsgrad).requireUsable("AdamW");
    WeightDecay.requireUsable("AdamW", weightDecay);
  }

  /**
   * Returns AdamW with Keras' settings (those of {@link Adam#of(double)}, weight decay 0.004 of
   * every variable) and one learning rate, which callbacks may change; Keras' is 0.001.
   */
  public static AdamW of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /** Returns AdamW with Keras' settings whose learning rate follows a schedule. */
  public static AdamW of(LearningRateSchedule learningRate) {
    return new AdamW(
        learningRate,
        AdamRule.BETA1,
        AdamRule.BETA2,
        AdamRule.EPSILON,
        false,
        WEIGHT_DECAY,
        List.of());
  }

  /** Returns this optimizer with another part of the mean gradient that is kept in each step. */
  public AdamW beta1(double value) {
    return new AdamW(learningRate, value, beta2, epsilon, amsgrad, weightDecay, undecayed);
  }

  /** Returns this optimizer with another part of the mean square that is kept in each step. */
  public AdamW beta2(double value) {
    return new AdamW(learningRate, beta1, value, epsilon, amsgrad, weightDecay, undecayed);
  }

  /** Returns this optimizer with another number that the root is made larger by. */
  public AdamW epsilon(double value) {
    return new AdamW(learningRate, beta1, beta2, value, amsgrad, weightDecay, undecayed);
  }

  /** Returns this optimizer with or without AMSGrad. */
  public AdamW amsgrad(boolean value) {
    return new AdamW(learningRate, beta1, beta2, epsilon, value, weightDecay, undecayed);
  }

  /** Returns this optimizer with another weight decay; 0 makes it {@link Adam}. */
  public AdamW weightDecay(double value) {
    return new AdamW(learningRate, beta1, beta2, epsilon, amsgrad, value, undecayed);
  }

  /**
   * Returns this optimizer with weight decay kept away from variables, usually {@code "bias",
   * "gamma", "beta"}: what shifts and scales is not made smaller.
   */
  public AdamW excludeFromWeightDecay(String... names) {
    return new AdamW(learningRate, beta1, beta2, epsilon, amsgrad, weightDecay, List.of(names));
  }

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    new AdamRule(beta1, beta2, epsilon, amsgrad).update(update, start, gradient);
  }
}
