package dev.espalier.optimizer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * Adadelta (Zeiler, 2012), in Keras' form: steps have the size of recent steps, so that the
 * learning rate, 1 in the paper, matters little. With gradient g: {@code a = rho * a + (1 - rho) *
 * g^2}, {@code d = -g * sqrt(u + epsilon) / sqrt(a + epsilon)}, {@code u = rho * u + (1 - rho) *
 * d^2}, {@code weight += rate * d}. Immutable and thread-safe.
 *
 * @param learningRate learning rate, constant or a schedule
 * @param rho decay rate of the means of squared gradients and squared steps, from 0 to below 1
 * @param epsilon small constant added to the denominator for numerical stability, above 0
 * @param weightDecay decoupled weight decay: each step first subtracts {@code rate * weightDecay *
 *     weight}; 0 or more
 * @param undecayed variables without weight decay: full names, or names within a layer, such as
 *     {@code bias}
 */
public record Adadelta(
    LearningRateSchedule learningRate,
    double rho,
    double epsilon,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  private static final String GRADIENTS = "accumulated_grad";
  private static final String STEPS = "accumulated_delta_var";

  /** Copies the list and checks the ranges. */
  public Adadelta {
    undecayed = List.copyOf(undecayed);
    OptimizerSettings.requireDecayRate("Adadelta", "rho", rho);
    OptimizerSettings.requireEpsilon("Adadelta", epsilon);
    WeightDecay.requireUsable("Adadelta", weightDecay);
  }

  /**
   * Returns Adadelta with Keras' settings (rho 0.95, epsilon 1e-7) and one learning rate, which
   * callbacks may change; Keras' is 0.001.
   */
  public static Adadelta of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /**
   * Returns Adadelta with Keras' settings (rho 0.95, epsilon 1e-7) whose learning rate follows a
   * schedule.
   */
  public static Adadelta of(LearningRateSchedule learningRate) {
    return new Adadelta(learningRate, 0.95, 1e-7, 0, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public Adadelta learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with another decay rate of its means. */
  public Adadelta rho(double value) {
    return with(copy -> copy.rho = value);
  }

  /** Returns this optimizer with another epsilon, added for numerical stability. */
  public Adadelta epsilon(double value) {
    return with(copy -> copy.epsilon = value);
  }

  /** Returns this optimizer with decoupled weight decay. */
  public Adadelta weightDecay(double value) {
    return with(copy -> copy.weightDecay = value);
  }

  /**
   * Returns this optimizer without weight decay for some variables, usually {@code "bias", "gamma",
   * "beta"}.
   *
   * @param names full names of variables, or names within a layer
   */
  public Adadelta excludeFromWeightDecay(String... names) {
    return with(copy -> copy.undecayed = List.of(names));
  }

  private Adadelta with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Adadelta(
        copy.learningRate, copy.rho, copy.epsilon, copy.weightDecay, copy.undecayed);
  }

  @Override
  public String name() {
    return "adadelta";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Ops ops = update.ops();
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    Tensor squares = Moments.mixed(update, GRADIENTS, ops.square(gradient), rho);
    Tensor steps = update.slot(STEPS, weight.type(), Initializers.zeros());
    Tensor change =
        ops.negate(ops.divide(ops.multiply(root(ops, steps), gradient), root(ops, squares)));
    Moments.mixed(update, STEPS, ops.square(change), rho);
    update.assign(ops.add(start, ops.multiply(change, update.learningRate())));
  }

  private Tensor root(Ops ops, Tensor mean) {
    return ops.sqrt(ops.add(mean, epsilon));
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double rho;
    private double epsilon;
    private double weightDecay;
    private List<String> undecayed;

    Copy(Adadelta from) {
      learningRate = from.learningRate;
      rho = from.rho;
      epsilon = from.epsilon;
      weightDecay = from.weightDecay;
      undecayed = from.undecayed;
    }
  }
}
