package dev.espalier.optimizer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stochastic gradient descent (SGD), optionally with momentum and decoupled weight decay. As in
 * Keras, the learning rate is part of the velocity: {@code v = momentum * v - rate * g} and {@code
 * weight += v}; with Nesterov momentum {@code weight += momentum * v - rate * g} with the new v.
 * Immutable and thread-safe.
 *
 * @param learningRate learning rate, constant or a schedule
 * @param momentum fraction of the velocity kept in each step, from 0 to 1; 0 for plain gradient
 *     descent
 * @param lookAhead whether to use Nesterov momentum; without momentum it has no effect
 * @param weightDecay decoupled weight decay: each step first subtracts {@code rate * weightDecay *
 *     weight}; 0 or more
 * @param undecayed variables without weight decay: full names, or names within a layer, such as
 *     {@code bias}
 */
public record Sgd(
    LearningRateSchedule learningRate,
    double momentum,
    boolean lookAhead,
    double weightDecay,
    List<String> undecayed)
    implements Optimizer {
  private static final String VELOCITY = "momentum";

  /** Copies the list and checks the ranges. */
  public Sgd {
    undecayed = List.copyOf(undecayed);
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The momentum of SGD cannot be " + momentum + ".",
          "Give a number from 0 to 1, such as 0.9.");
    }
    WeightDecay.requireUsable("SGD", weightDecay);
  }

  /** Returns plain gradient descent with one learning rate, which callbacks may change. */
  public static Sgd of(double learningRate) {
    return of(LearningRateSchedule.constant(learningRate));
  }

  /** Returns plain gradient descent whose learning rate follows a schedule. */
  public static Sgd of(LearningRateSchedule learningRate) {
    return new Sgd(learningRate, 0, false, 0, List.of());
  }

  /** Returns this optimizer with another learning rate, constant or a schedule. */
  public Sgd learningRate(LearningRateSchedule value) {
    return with(copy -> copy.learningRate = value);
  }

  /** Returns this optimizer with momentum. */
  public Sgd momentum(double value) {
    return with(copy -> copy.momentum = value);
  }

  /** Returns this optimizer with Nesterov momentum. */
  public Sgd nesterov() {
    return with(copy -> copy.lookAhead = true);
  }

  /** Returns this optimizer with decoupled weight decay. */
  public Sgd weightDecay(double value) {
    return with(copy -> copy.weightDecay = value);
  }

  /**
   * Returns this optimizer without weight decay for some variables, usually {@code "bias", "gamma",
   * "beta"}.
   *
   * @param names full names of variables, or names within a layer
   */
  public Sgd excludeFromWeightDecay(String... names) {
    return with(copy -> copy.undecayed = List.of(names));
  }

  private Sgd with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Sgd(
        copy.learningRate, copy.momentum, copy.lookAhead, copy.weightDecay, copy.undecayed);
  }

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    Ops ops = update.ops();
    Tensor rate = update.learningRate();
    Tensor start = new WeightDecay(weightDecay, undecayed).of(update, weight);
    Tensor step = ops.multiply(gradient, rate);
    if (momentum == 0) {
      update.assign(ops.subtract(start, step));
      return;
    }
    Tensor old = update.slot(VELOCITY, weight.type(), Initializers.zeros());
    Tensor velocity = ops.subtract(ops.multiply(old, momentum), step);
    update.assignSlot(VELOCITY, velocity);
    Tensor move = lookAhead ? ops.subtract(ops.multiply(velocity, momentum), step) : velocity;
    update.assign(ops.add(start, move));
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private LearningRateSchedule learningRate;
    private double momentum;
    private boolean lookAhead;
    private double weightDecay;
    private List<String> undecayed;

    Copy(Sgd from) {
      learningRate = from.learningRate;
      momentum = from.momentum;
      lookAhead = from.lookAhead;
      weightDecay = from.weightDecay;
      undecayed = from.undecayed;
    }
  }
}
