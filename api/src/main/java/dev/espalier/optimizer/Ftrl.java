package dev.espalier.optimizer;

import dev.espalier.graph.Op.BinaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Constant;
import dev.espalier.initializer.Initializers;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * FTRL, follow the regularized leader (McMahan and others, 2013), in Keras' form, for sparse
 * models: with {@code l1} above 0, weights that matter little become exactly 0. Immutable and
 * thread-safe.
 *
 * @param learningRate learning rate, constant or a schedule
 * @param learningRatePower power of the sum of squared gradients that the learning rate is divided
 *     by, negated: 0 or less; -0.5 is the square root
 * @param initialAccumulatorValue initial sum of squared gradients, 0 or more
 * @param l1 L1 regularization, 0 or more: weights that it outweighs become 0
 * @param l2 L2 regularization, 0 or more
 * @param l2Shrinkage L2 regularization that is part of the gradient, 0 or more
 * @param beta added to the root of the sum of squared gradients, 0 or more
 * @param weightDecay decoupled weight decay: each step first subtracts {@code rate * weightDecay *
 *     weight}; 0 or more
 * @param undecayed variables without weight decay: full names, or names within a layer, such as
 *     {@code bias}
 */
public record Ftrl(
    LearningRateSchedule learningRate,
    double learningRatePower,
    double initialAccumulatorValue,
    double l1,
    double l2,
    double l2Shrinkage,
    double beta,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  private static final String ACCUMULATOR = "accumulator";
  private static final String LINEAR = "linear";

  /** Copies the list and checks the ranges. */
  public Ftrl {
    undecayed = List.copyOf(undecayed);
    if (!(learningRatePower <= 0) || Float.isInfinite((float) learningRatePower)) {
      throw OptimizerSettings.refused(
          "FTRL",
          "learning rate power",
          learningRatePower,
          "Give a number of 0 or less, such as -0.5.");
    }
    OptimizerSettings.requireNotNegative(
        "FTRL", "initial accumulator value", initialAccumulatorValue, 0.1);
    OptimizerSettings.requireNotNegative("FTRL", "l1", l1, 0.0);
    OptimizerSettings.requireNotNegative("FTRL", "l2", l2, 0.0);
    OptimizerSettings.requireNotNegative("FTRL", "l2 shrinkage", l2Shrinkage, 0.0);
    OptimizerSettings.requireNotNegative("FTRL", "beta", beta, 0.0);
    WeightDecay.requireUsable("FTRL", weightDecay);
  }

  /**
   * Returns FTRL with Keras' settings (learning rate power -0.5, initial accumulator value 0.1, no
   * regularization) and one learning rate, which callbacks may change; Keras' is 0.001.
   */
  public static Ftrl of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /**
   * Returns FTRL with Keras' settings (learning rate power -0.5, initial accumulator value 0.1, no
   * regularization) whose learning rate follows a schedule.
   */
  public static Ftrl of(LearningRateSchedule learningRate) {
    return new Ftrl(learningRate, -0.5, 0.1, 0, 0, 0, 0, 0, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public Ftrl learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with another power of the sum of squared gradients. */
  public Ftrl learningRatePower(double value) {
    return with(copy -> copy.learningRatePower = value);
  }

  /** Returns this optimizer with another initial sum of squared gradients. */
  public Ftrl initialAccumulatorValue(double value) {
    return with(copy -> copy.initialAccumulatorValue = value);
  }

  /** Returns this optimizer with L1 regularization. */
  public Ftrl l1(double value) {
    return with(copy -> copy.l1 = value);
  }

  /** Returns this optimizer with L2 regularization. */
  public Ftrl l2(double value) {
    return with(copy -> copy.l2 = value);
  }

  /** Returns this optimizer with L2 regularization that is part of the gradient. */
  public Ftrl l2Shrinkage(double value) {
    return with(copy -> copy.l2Shrinkage = value);
  }

  /** Returns this optimizer with another beta. */
  public Ftrl beta(double value) {
    return with(copy -> copy.beta = value);
  }

  /** Returns this optimizer with decoupled weight decay. */
  public Ftrl weightDecay(double value) {
    return with(copy -> copy.weightDecay = value);
  }

  /**
   * Returns this optimizer without weight decay for some variables, usually {@code "bias", "gamma",
   * "beta"}.
   *
   * @param names full names of variables, or names within a layer
   */
  public Ftrl excludeFromWeightDecay(String... names) {
    return with(copy -> copy.undecayed = List.of(names));
  }

  private Ftrl with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Ftrl(
        copy.learningRate,
        copy.learningRatePower,
        copy.initialAccumulatorValue,
        copy.l1,
        copy.l2,
        copy.l2Shrinkage,
        copy.beta,
        copy.weightDecay,
        copy.undecayed);
  }

  @Override
  public String name() {
    return "ftrl";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Ops ops = update.ops();
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    Tensor rate = update.learningRate();
    Tensor old = update.slot(ACCUMULATOR, weight.type(), new Constant(initialAccumulatorValue));
    Tensor sum = ops.add(old, ops.square(gradient));
    update.assignSlot(ACCUMULATOR, sum);
    Tensor shrunk = ops.add(gradient, ops.multiply(start, 2 * l2Shrinkage));
    Tensor growth = ops.divide(ops.subtract(power(ops, sum), power(ops, old)), rate);
    Tensor linear =
        ops.add(
            update.slot(LINEAR, weight.type(), Initializers.zeros()),
            ops.subtract(shrunk, ops.multiply(growth, start)));
    update.assignSlot(LINEAR, linear);
    Tensor ridge = ops.add(ops.divide(ops.constant(beta), rate), 2 * l2);
    Tensor quadratic = ops.add(ops.divide(power(ops, sum), rate), ridge);
    update.assign(ops.divide(ops.subtract(ops.clip(linear, -l1, l1), linear), quadratic));
  }

  private Tensor power(Ops ops, Tensor sum) {
    return learningRatePower == -0.5
        ? ops.sqrt(sum)
        : ops.binary(BinaryFunction.POWER, sum, ops.constant(-learningRatePower));
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double learningRatePower;
    private double initialAccumulatorValue;
    private double l1;
    private double l2;
    private double l2Shrinkage;
    private double beta;
    private double weightDecay;
    private List<String> undecayed;

    Copy(Ftrl from) {
      learningRate = from.learningRate;
      learningRatePower = from.learningRatePower;
      initialAccumulatorValue = from.initialAccumulatorValue;
      l1 = from.l1;
      l2 = from.l2;
      l2Shrinkage = from.l2Shrinkage;
      beta = from.beta;
      weightDecay = from.weightDecay;
      undecayed = from.undecayed;
    }
  }
}
