package dev.espalier.optimizer;

import dev.espalier.graph.Tensor;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;

/**
 * {@link Adam} with decoupled weight decay (Loshchilov and Hutter, 2019), as in Keras: each step
 * first subtracts {@code rate * weightDecay * weight} from each weight, then applies Adam's update.
 * Immutable and thread-safe.
 *
 * @param adam update after the decay, with the learning rate of both
 * @param weightDecay factor of the decay, 0 or more
 * @param undecayed variables without weight decay: full names, or names within a layer, such as
 *     {@code bias}
 */
public record AdamW(Adam adam, double weightDecay, List<String> undecayed) implements Optimizer {
  private static final double WEIGHT_DECAY = 0.004;

  /** Copies the list and checks the range. */
  public AdamW {
    undecayed = List.copyOf(undecayed);
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
    return of(Adam.of(learningRate));
  }

  /** Returns weight decay 0.004 of every variable before the steps of an Adam. */
  public static AdamW of(Adam adam) {
    return new AdamW(adam, WEIGHT_DECAY, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public AdamW learningRate(LearningRateSchedule value) {
    return adam(adam.learningRate(value));
  }

  /** Returns this optimizer with another decay rate of the mean gradient. */
  public AdamW beta1(double value) {
    return adam(adam.beta1(value));
  }

  /** Returns this optimizer with another decay rate of the mean squared gradient. */
  public AdamW beta2(double value) {
    return adam(adam.beta2(value));
  }

  /** Returns this optimizer with another epsilon, added for numerical stability. */
  public AdamW epsilon(double value) {
    return adam(adam.epsilon(value));
  }

  /** Returns this optimizer with or without AMSGrad. */
  public AdamW amsgrad(boolean value) {
    return adam(adam.amsgrad(value));
  }

  /** Returns this optimizer with another weight decay; 0 makes it {@link Adam}. */
  public AdamW weightDecay(double value) {
    return new AdamW(adam, value, undecayed);
  }

  /**
   * Returns this optimizer with weight decay kept away from variables, usually {@code "bias",
   * "gamma", "beta"}: what shifts and scales is not made smaller.
   */
  public AdamW excludeFromWeightDecay(String... names) {
    return new AdamW(adam, weightDecay, List.of(names));
  }

  private AdamW adam(Adam value) {
    return new AdamW(value, weightDecay, undecayed);
  }

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public LearningRateSchedule learningRate() {
    return adam.learningRate();
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    adam.updateFrom(start, update, gradient);
  }
}
