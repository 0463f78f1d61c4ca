package dev.espalier.optimizer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lion (Chen and others, 2023), in Keras' form: every weight moves by the learning rate, in the
 * direction of {@code sign(beta1 * m + (1 - beta1) * g)} with gradient g; then {@code m = beta2 * m
 * + (1 - beta2) * g}. It needs a learning rate 3 to 10 times smaller than Adam, and a larger weight
 * decay. Immutable and thread-safe.
 *
 * @param learningRate learning rate, constant or a schedule
 * @param beta1 fraction of the mean gradient in the direction of a step, above 0 and up to 1
 * @param beta2 exponential decay rate of the mean gradient, from 0 to below 1
 * @param weightDecay decoupled weight decay: each step first subtracts {@code rate * weightDecay *
 *     weight}; 0 or more
 * @param undecayed variables without weight decay: full names, or names within a layer, such as
 *     {@code bias}
 */
public record Lion(
    LearningRateSchedule learningRate,
    double beta1,
    double beta2,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  /** Copies the list and checks the ranges. */
  public Lion {
    undecayed = List.copyOf(undecayed);
    if (!(beta1 > 0 && beta1 <= 1)) {
      throw OptimizerSettings.refused(
          "Lion", "beta1", beta1, "Give a number above 0, up to 1, such as 0.9.");
    }
    OptimizerSettings.requireDecayRate("Lion", "beta2", beta2);
    WeightDecay.requireUsable("Lion", weightDecay);
  }

  /**
   * Returns Lion with Keras' settings (beta1 0.9, beta2 0.99) and one learning rate, which
   * callbacks may change; Keras' is 0.001.
   */
  public static Lion of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /**
   * Returns Lion with Keras' settings (beta1 0.9, beta2 0.99) whose learning rate follows a
   * schedule.
   */
  public static Lion of(LearningRateSchedule learningRate) {
    return new Lion(learningRate, 0.9, 0.99, 0, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public Lion learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with another fraction of the mean gradient in the direction. */
  public Lion beta1(double value) {
    return with(copy -> copy.beta1 = value);
  }

  /** Returns this optimizer with another decay rate of the mean gradient. */
  public Lion beta2(double value) {
    return with(copy -> copy.beta2 = value);
  }

  /** Returns this optimizer with decoupled weight decay. */
  public Lion weightDecay(double value) {
    return with(copy -> copy.weightDecay = value);
  }

  /**
   * Returns this optimizer without weight decay for some variables, usually {@code "bias", "gamma",
   * "beta"}.
   *
   * @param names full names of variables, or names within a layer
   */
  public Lion excludeFromWeightDecay(String... names) {
    return with(copy -> copy.undecayed = List.of(names));
  }

  private Lion with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Lion(copy.learningRate, copy.beta1, copy.beta2, copy.weightDecay, copy.undecayed);
  }

  @Override
  public String name() {
    return "lion";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Ops ops = update.ops();
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    Tensor old = update.slot(Moments.MOMENTUM, weight.type(), Initializers.zeros());
    Tensor direction = ops.add(ops.multiply(old, beta1), ops.multiply(gradient, 1 - beta1));
    update.assign(ops.subtract(start, ops.multiply(sign(ops, direction), update.learningRate())));
    Moments.mixed(update, Moments.MOMENTUM, gradient, beta2);
  }

  /** Returns -1, 0 or 1; NaN for NaN, so that a training that diverged does not go on unnoticed. */
  private static Tensor sign(Ops ops, Tensor x) {
    Tensor zero = ops.constant(0);
    Tensor positive = ops.cast(ops.compare(Comparison.GREATER, x, zero), DataType.FLOAT32);
    Tensor negative = ops.cast(ops.compare(Comparison.GREATER, zero, x), DataType.FLOAT32);
    Tensor number = ops.compare(Comparison.EQUAL, x, x);
    return ops.select(number, ops.subtract(positive, negative), x);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double beta1;
    private double beta2;
    private double weightDecay;
    private List<String> undecayed;

    Copy(Lion from) {
      learningRate = from.learningRate;
      beta1 = from.beta1;
      beta2 = from.beta2;
      weightDecay = from.weightDecay;
      undecayed = from.undecayed;
    }
  }
}
