package dev.espalier.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gradient descent, plain or with momentum. The learning rate is part of the velocity, as in Keras:
 * v = momentum·v - rate·gradient, and the weight moves by v; with Nesterov's look-ahead by
 * momentum·v - rate·gradient with the new v. Immutable.
 *
 * @param learningRate of each step
 * @param momentum the part of the velocity that is kept in each step; 0 needs no velocity
 * @param lookAhead whether the momentum is Nesterov's; without momentum it changes nothing
 * @param weightDecay the part of each weight that is taken off per unit of learning rate, before
 *     the gradient moves it
 * @param undecayed names of variables that keep their size: whole names or the part after the
 *     layer's, such as {@code bias}
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
   * Returns this optimizer with weight decay kept away from variables, usually {@code "bias",
   * "gamma", "beta"}: what shifts and scales is not made smaller.
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
