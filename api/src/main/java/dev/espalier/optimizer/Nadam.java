package dev.espalier.optimizer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * Nadam, Adam with Nesterov momentum (Dozat, 2016), in Keras' form, whose momentum grows over the
 * first steps: {@code beta1 * (1 - 0.96^t / 2)} at step t of a weight. Immutable and thread-safe.
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
public record Nadam(
    LearningRateSchedule learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  /** The product of the momentums of all steps so far. */
  private static final String PRODUCT = "u_product";

  private static final double GROWTH = 0.96;

  /** Copies the list and checks the ranges. */
  public Nadam {
    undecayed = List.copyOf(undecayed);
    OptimizerSettings.requireDecayRate("Nadam", "beta1", beta1);
    OptimizerSettings.requireDecayRate("Nadam", "beta2", beta2);
    OptimizerSettings.requireEpsilon("Nadam", epsilon);
    WeightDecay.requireUsable("Nadam", weightDecay);
  }

  /**
   * Returns Nadam with Keras' settings (beta1 0.9, beta2 0.999, epsilon 1e-7) and one learning
   * rate, which callbacks may change; Keras' is 0.001.
   */
  public static Nadam of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /**
   * Returns Nadam with Keras' settings (beta1 0.9, beta2 0.999, epsilon 1e-7) whose learning rate
   * follows a schedule.
   */
  public static Nadam of(LearningRateSchedule learningRate) {
    return new Nadam(learningRate, AdamRule.BETA1, AdamRule.BETA2, AdamRule.EPSILON, 0, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public Nadam learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with another decay rate of the mean gradient. */
  public Nadam beta1(double value) {
    return with(copy -> copy.beta1 = value);
  }

  /** Returns this optimizer with another decay rate of the squared gradient. */
  public Nadam beta2(double value) {
    return with(copy -> copy.beta2 = value);
  }

  /** Returns this optimizer with another epsilon, added for numerical stability. */
  public Nadam epsilon(double value) {
    return with(copy -> copy.epsilon = value);
  }

  /** Returns this optimizer with decoupled weight decay. */
  public Nadam weightDecay(double value) {
    return with(copy -> copy.weightDecay = value);
  }

  /**
   * Returns this optimizer without weight decay for some variables, usually {@code "bias", "gamma",
   * "beta"}.
   *
   * @param names full names of variables, or names within a layer
   */
  public Nadam excludeFromWeightDecay(String... names) {
    return with(copy -> copy.undecayed = List.of(names));
  }

  private Nadam with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Nadam(
        copy.learningRate, copy.beta1, copy.beta2, copy.epsilon, copy.weightDecay, copy.undecayed);
  }

  @Override
  public String name() {
    return "nadam";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Ops ops = update.ops();
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    Tensor step = Moments.step(update);
    Tensor now = momentum(ops, step);
    Tensor next = momentum(ops, ops.add(step, 1));
    Tensor product =
        ops.multiply(update.slot(PRODUCT, TensorType.float32(), Initializers.ones()), now);
    update.assignSlot(PRODUCT, product);
    Tensor mean = Moments.mean(update, Moments.MOMENTUM, gradient, beta1);
    Tensor squares = Moments.mean(update, Moments.VELOCITY, ops.square(gradient), beta2);
    Tensor ahead = ops.divide(ops.multiply(mean, next), rest(ops, ops.multiply(product, next)));
    Tensor current = ops.divide(ops.multiply(gradient, rest(ops, now)), rest(ops, product));
    Tensor velocity = ops.divide(squares, Moments.fraction(ops, beta2, step));
    Tensor move =
        ops.divide(
            ops.multiply(ops.add(ahead, current), update.learningRate()),
            ops.add(ops.sqrt(velocity), epsilon));
    update.assign(ops.subtract(start, move));
  }

  /** Returns the momentum of a step. */
  private Tensor momentum(Ops ops, Tensor step) {
    Tensor missing = ops.multiply(Moments.power(ops, GROWTH, step), 0.5);
    return ops.multiply(rest(ops, missing), beta1);
  }

  private static Tensor rest(Ops ops, Tensor x) {
    return ops.subtract(ops.constant(1), x);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double beta1;
    private double beta2;
    private double epsilon;
    private double weightDecay;
    private List<String> undecayed;

    Copy(Nadam from) {
      learningRate = from.learningRate;
      beta1 = from.beta1;
      beta2 = from.beta2;
      epsilon = from.epsilon;
      weightDecay = from.weightDecay;
      undecayed = from.undecayed;
    }
  }
}
