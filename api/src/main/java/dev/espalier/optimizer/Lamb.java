package dev.espalier.optimizer;

import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * LAMB (You and others, 2020), in Keras' form, for large batches: Adam's step of each variable is
 * scaled to the Euclidean norm of the variable times the learning rate. Immutable and thread-safe.
 *
 * @param learningRate learning rate, constant or a schedule
 * @param beta1 exponential decay rate of the first-moment estimates, from 0 to below 1
 * @param beta2 exponential decay rate of the second-moment estimates, from 0 to below 1
 * @param epsilon small constant added to the denominator for numerical stability, above 0
 * @param weightDecay decoupled weight decay: each step first subtracts {@code rate * weightDecay *
 *     weight}; 0 or more
 * @param undecayed variables without weight decay: full names, or names within a layer, such as
 *     {@code bias}
 */
public record Lamb(
    LearningRateSchedule learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  /** Copies the list and checks the ranges. */
  public Lamb {
    undecayed = List.copyOf(undecayed);
    OptimizerSettings.requireDecayRate("LAMB", "beta1", beta1);
    OptimizerSettings.requireDecayRate("LAMB", "beta2", beta2);
    OptimizerSettings.requireEpsilon("LAMB", epsilon);
    WeightDecay.requireUsable("LAMB", weightDecay);
  }

  /**
   * Returns LAMB with Keras' settings (beta1 0.9, beta2 0.999, epsilon 1e-7) and one learning rate,
   * which callbacks may change; Keras' is 0.001.
   */
  public static Lamb of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /**
   * Returns LAMB with Keras' settings (beta1 0.9, beta2 0.999, epsilon 1e-7) whose learning rate
   * follows a schedule.
   */
  public static Lamb of(LearningRateSchedule learningRate) {
    return new Lamb(learningRate, AdamRule.BETA1, AdamRule.BETA2, AdamRule.EPSILON, 0, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public Lamb learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with another decay rate of the mean gradient. */
  public Lamb beta1(double value) {
    return with(copy -> copy.beta1 = value);
  }

  /** Returns this optimizer with another decay rate of the squared gradient. */
  public Lamb beta2(double value) {
    return with(copy -> copy.beta2 = value);
  }

  /** Returns this optimizer with another epsilon, added for numerical stability. */
  public Lamb epsilon(double value) {
    return with(copy -> copy.epsilon = value);
  }

  /** Returns this optimizer with decoupled weight decay. */
  public Lamb weightDecay(double value) {
    return with(copy -> copy.weightDecay = value);
  }

  /**
   * Returns this optimizer without weight decay for some variables, usually {@code "bias", "gamma",
   * "beta"}.
   *
   * @param names full names of variables, or names within a layer
   */
  public Lamb excludeFromWeightDecay(String... names) {
    return with(copy -> copy.undecayed = List.of(names));
  }

  private Lamb with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Lamb(
        copy.learningRate, copy.beta1, copy.beta2, copy.epsilon, copy.weightDecay, copy.undecayed);
  }

  @Override
  public String name() {
    return "lamb";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Ops ops = update.ops();
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    Tensor momentum = Moments.mean(update, Moments.MOMENTUM, gradient, beta1);
    Tensor velocity = Moments.mean(update, Moments.VELOCITY, ops.square(gradient), beta2);
    Tensor step = Moments.step(update);
    Tensor move =
        ops.divide(
            ops.divide(momentum, Moments.fraction(ops, beta1, step)),
            ops.add(ops.sqrt(ops.divide(velocity, Moments.fraction(ops, beta2, step))), epsilon));
    Tensor scale =
        ops.multiply(trust(ops, norm(ops, start), norm(ops, move)), update.learningRate());
    update.assign(ops.subtract(start, ops.multiply(move, scale)));
  }

  private static Tensor norm(Ops ops, Tensor x) {
    Tensor squares = ops.square(x);
    return ops.sqrt(x.shape().rank() == 0 ? squares : ops.sum(squares));
  }

  /** Returns the quotient of the norms of weight and step, 1 if one of them is 0. */
  private static Tensor trust(Ops ops, Tensor weight, Tensor step) {
    Tensor zero = ops.constant(0);
    Tensor one = ops.constant(1);
    Tensor moves = ops.compare(Comparison.GREATER, step, zero);
    Tensor ratio = ops.select(moves, ops.divide(weight, step), one);
    return ops.select(ops.compare(Comparison.GREATER, weight, zero), ratio, one);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double beta1;
    private double beta2;
    private double epsilon;
    private double weightDecay;
    private List<String> undecayed;

    Copy(Lamb from) {
      learningRate = from.learningRate;
      beta1 = from.beta1;
      beta2 = from.beta2;
      epsilon = from.epsilon;
      weightDecay = from.weightDecay;
      undecayed = from.undecayed;
    }
  }
}
