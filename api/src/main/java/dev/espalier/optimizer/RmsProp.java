package dev.espalier.optimizer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * RMSprop (Hinton, 2012), in Keras' form. With gradient g: {@code v = rho * v + (1 - rho) * g^2},
 * {@code weight -= rate * g / sqrt(v + epsilon)}; with momentum, {@code m = momentum * m + rate * g
 * / sqrt(v + epsilon)} and {@code weight -= m}. Centered, the squared mean gradient is subtracted
 * from v. Immutable and thread-safe.
 *
 * @param learningRate learning rate, constant or a schedule
 * @param rho decay rate of the mean squared gradient, from 0 to below 1
 * @param momentum fraction of the velocity kept in each step, from 0 to below 1; 0 for none
 * @param epsilon small constant added to the denominator for numerical stability, above 0
 * @param centered whether to divide by an estimate of the variance of the gradient instead of its
 *     mean square
 * @param weightDecay decoupled weight decay: each step first subtracts {@code rate * weightDecay *
 *     weight}; 0 or more
 * @param undecayed variables without weight decay: full names, or names within a layer, such as
 *     {@code bias}
 */
public record RmsProp(
    LearningRateSchedule learningRate,
    double rho,
    double momentum,
    double epsilon,
    boolean centered,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  private static final String AVERAGE_GRADIENT = "average_gradient";

  /** Copies the list and checks the ranges. */
  public RmsProp {
    undecayed = List.copyOf(undecayed);
    OptimizerSettings.requireDecayRate("RMSprop", "rho", rho);
    OptimizerSettings.requireDecayRate("RMSprop", "momentum", momentum);
    OptimizerSettings.requireEpsilon("RMSprop", epsilon);
    WeightDecay.requireUsable("RMSprop", weightDecay);
  }

  /**
   * Returns RMSprop with Keras' settings (rho 0.9, epsilon 1e-7, no momentum, not centered) and one
   * learning rate, which callbacks may change; Keras' is 0.001.
   */
  public static RmsProp of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /**
   * Returns RMSprop with Keras' settings (rho 0.9, epsilon 1e-7, no momentum, not centered) whose
   * learning rate follows a schedule.
   */
  public static RmsProp of(LearningRateSchedule learningRate) {
    return new RmsProp(learningRate, 0.9, 0, 1e-7, false, 0, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public RmsProp learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with another decay rate of the mean squared gradient. */
  public RmsProp rho(double value) {
    return with(copy -> copy.rho = value);
  }

  /** Returns this optimizer with momentum. */
  public RmsProp momentum(double value) {
    return with(copy -> copy.momentum = value);
  }

  /** Returns this optimizer with another epsilon, added for numerical stability. */
  public RmsProp epsilon(double value) {
    return with(copy -> copy.epsilon = value);
  }

  /** Returns this optimizer with or without division by the estimated variance. */
  public RmsProp centered(boolean value) {
    return with(copy -> copy.centered = value);
  }

  /** Returns this optimizer with decoupled weight decay. */
  public RmsProp weightDecay(double value) {
    return with(copy -> copy.weightDecay = value);
  }

  /**
   * Returns this optimizer without weight decay for some variables, usually {@code "bias", "gamma",
   * "beta"}.
   *
   * @param names full names of variables, or names within a layer
   */
  public RmsProp excludeFromWeightDecay(String... names) {
    return with(copy -> copy.undecayed = List.of(names));
  }

  private RmsProp with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new RmsProp(
        copy.learningRate,
        copy.rho,
        copy.momentum,
        copy.epsilon,
        copy.centered,
        copy.weightDecay,
        copy.undecayed);
  }

  @Override
  public String name() {
    return "rmsprop";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Ops ops = update.ops();
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    Tensor denominator = Moments.mixed(update, Moments.VELOCITY, ops.square(gradient), rho);
    if (centered) {
      Tensor mean = Moments.mixed(update, AVERAGE_GRADIENT, gradient, rho);
      denominator = ops.subtract(denominator, ops.square(mean));
    }
    Tensor move =
        ops.divide(
            ops.multiply(gradient, update.learningRate()), ops.sqrt(ops.add(denominator, epsilon)));
    if (momentum > 0) {
      Tensor old = update.slot(Moments.MOMENTUM, weight.type(), Initializers.zeros());
      move = ops.add(ops.multiply(old, momentum), move);
      update.assignSlot(Moments.MOMENTUM, move);
    }
    update.assign(ops.subtract(start, move));
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double rho;
    private double momentum;
    private double epsilon;
    private boolean centered;
    private double weightDecay;
    private List<String> undecayed;

    Copy(RmsProp from) {
      learningRate = from.learningRate;
      rho = from.rho;
      momentum = from.momentum;
      epsilon = from.epsilon;
      centered = from.centered;
      weightDecay = from.weightDecay;
      undecayed = from.undecayed;
    }
  }
}
