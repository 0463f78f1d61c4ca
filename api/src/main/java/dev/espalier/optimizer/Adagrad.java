package dev.espalier.optimizer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Constant;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * Adagrad (Duchi and others, 2011), in Keras' form: every weight has a learning rate of its own,
 * which falls with the sum of its squared gradients. With gradient g: {@code a = a + g^2}, {@code
 * weight -= rate * g / sqrt(a + epsilon)}. Immutable and thread-safe.
 *
 * @param learningRate learning rate, constant or a schedule
 * @param initialAccumulatorValue initial sum of squared gradients, 0 or more
 * @param epsilon small constant added to the denominator for numerical stability, above 0
 * @param weightDecay decoupled weight decay: each step first subtracts {@code rate * weightDecay *
 *     weight}; 0 or more
 * @param undecayed variables without weight decay: full names, or names within a layer, such as
 *     {@code bias}
 */
public record Adagrad(
    LearningRateSchedule learningRate,
    double initialAccumulatorValue,
    double epsilon,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  private static final String ACCUMULATOR = "accumulator";

  /** Copies the list and checks the ranges. */
  public Adagrad {
    undecayed = List.copyOf(undecayed);
    OptimizerSettings.requireNotNegative(
        "Adagrad", "initial accumulator value", initialAccumulatorValue, 0.1);
    OptimizerSettings.requireEpsilon("Adagrad", epsilon);
    WeightDecay.requireUsable("Adagrad", weightDecay);
  }

  /**
   * Returns Adagrad with Keras' settings (initial accumulator value 0.1, epsilon 1e-7) and one
   * learning rate, which callbacks may change; Keras' is 0.001.
   */
  public static Adagrad of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /**
   * Returns Adagrad with Keras' settings (initial accumulator value 0.1, epsilon 1e-7) whose
   * learning rate follows a schedule.
   */
  public static Adagrad of(LearningRateSchedule learningRate) {
    return new Adagrad(learningRate, 0.1, 1e-7, 0, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public Adagrad learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with another initial sum of squared gradients. */
  public Adagrad initialAccumulatorValue(double value) {
    return with(copy -> copy.initialAccumulatorValue = value);
  }

  /** Returns this optimizer with another epsilon, added for numerical stability. */
  public Adagrad epsilon(double value) {
    return with(copy -> copy.epsilon = value);
  }

  /** Returns this optimizer with decoupled weight decay. */
  public Adagrad weightDecay(double value) {
    return with(copy -> copy.weightDecay = value);
  }

  /**
   * Returns this optimizer without weight decay for some variables, usually {@code "bias", "gamma",
   * "beta"}.
   *
   * @param names full names of variables, or names within a layer
   */
  public Adagrad excludeFromWeightDecay(String... names) {
    return with(copy -> copy.undecayed = List.of(names));
  }

  private Adagrad with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Adagrad(
        copy.learningRate,
        copy.initialAccumulatorValue,
        copy.epsilon,
        copy.weightDecay,
        copy.undecayed);
  }

  @Override
  public String name() {
    return "adagrad";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Ops ops = update.ops();
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    Tensor old = update.slot(ACCUMULATOR, weight.type(), new Constant(initialAccumulatorValue));
    Tensor sum = ops.add(old, ops.square(gradient));
    update.assignSlot(ACCUMULATOR, sum);
    Tensor step = ops.multiply(gradient, update.learningRate());
    Tensor move = ops.divide(step, ops.sqrt(ops.add(sum, epsilon)));
    update.assign(ops.subtract(start, move));
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double initialAccumulatorValue;
    private double epsilon;
    private double weightDecay;
    private List<String> undecayed;

    Copy(Adagrad from) {
      learningRate = from.learningRate;
      initialAccumulatorValue = from.initialAccumulatorValue;
      epsilon = from.epsilon;
      weightDecay = from.weightDecay;
      undecayed = from.undecayed;
    }
  }
}
