package dev.espalier.optimizer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * Adamax, the variant of Adam that divides by the largest recent gradient (Kingma and Ba, 2015), in
 * Keras' form. With gradient g at step t of a weight: {@code m = beta1 * m + (1 - beta1) * g},
 * {@code u = max(beta2 * u, |g|)}, {@code weight -= rate * m / ((1 - beta1^t) * (u + epsilon))}.
 * Immutable and thread-safe.
 *
 * @param learningRate learning rate, constant or a schedule
 * @param beta1 exponential decay rate of the first-moment estimates, from 0 to below 1
 * @param beta2 decay rate of the largest gradient, from 0 to below 1
 * @param epsilon small constant added to the denominator for numerical stability, above 0
 * @param weightDecay decoupled weight decay: each step first subtracts {@code rate * weightDecay *
 *     weight}; 0 or more
 * @param undecayed variables without weight decay: full names, or names within a layer, such as
 *     {@code bias}
 */
public record Adamax(
    LearningRateSchedule learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  private static final String NORM = "norm";

  /** Copies the list and checks the ranges. */
  public Adamax {
    undecayed = List.copyOf(undecayed);
    OptimizerSettings.requireDecayRate("Adamax", "beta1", beta1);
    OptimizerSettings.requireDecayRate("Adamax", "beta2", beta2);
    OptimizerSettings.requireEpsilon("Adamax", epsilon);
    WeightDecay.requireUsable("Adamax", weightDecay);
  }

  /**
   * Returns Adamax with Keras' settings (beta1 0.9, beta2 0.999, epsilon 1e-7) and one learning
   * rate, which callbacks may change; Keras' is 0.001.
   */
  public static Adamax of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /**
   * Returns Adamax with Keras' settings (beta1 0.9, beta2 0.999, epsilon 1e-7) whose learning rate
   * follows a schedule.
   */
  public static Adamax of(LearningRateSchedule learningRate) {
    return new Adamax(learningRate, AdamRule.BETA1, AdamRule.BETA2, AdamRule.EPSILON, 0, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public Adamax learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with another decay rate of the mean gradient. */
  public Adamax beta1(double value) {
    return with(copy -> copy.beta1 = value);
  }

  /** Returns this optimizer with another decay rate of the largest gradient. */
  public Adamax beta2(double value) {
    return with(copy -> copy.beta2 = value);
  }

  /** Returns this optimizer with another epsilon, added for numerical stability. */
  public Adamax epsilon(double value) {
    return with(copy -> copy.epsilon = value);
  }

  /** Returns this optimizer with decoupled weight decay. */
  public Adamax weightDecay(double value) {
    return with(copy -> copy.weightDecay = value);
  }

  /**
   * Returns this optimizer without weight decay for some variables, usually {@code "bias", "gamma",
   * "beta"}.
   *
   * @param names full names of variables, or names within a layer
   */
  public Adamax excludeFromWeightDecay(String... names) {
    return with(copy -> copy.undecayed = List.of(names));
  }

  private Adamax with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Adamax(
        copy.learningRate, copy.beta1, copy.beta2, copy.epsilon, copy.weightDecay, copy.undecayed);
  }

  @Override
  public String name() {
    return "adamax";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Ops ops = update.ops();
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    Tensor momentum = Moments.mean(update, Moments.MOMENTUM, gradient, beta1);
    Tensor old = update.slot(NORM, weight.type(), Initializers.zeros());
    Tensor norm = ops.maximum(ops.multiply(old, beta2), ops.abs(gradient));
    update.assignSlot(NORM, norm);
    Tensor correction = Moments.fraction(ops, beta1, Moments.step(update));
    Tensor move =
        ops.divide(
            ops.multiply(momentum, update.learningRate()),
            ops.multiply(ops.add(norm, epsilon), correction));
    update.assign(ops.subtract(start, move));
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double beta1;
    private double beta2;
    private double epsilon;
    private double weightDecay;
    private List<String> undecayed;

    Copy(Adamax from) {
      learningRate = from.learningRate;
      beta1 = from.beta1;
      beta2 = from.beta2;
      epsilon = from.epsilon;
      weightDecay = from.weightDecay;
      undecayed = from.undecayed;
    }
  }
}
