package dev.espalier.optimizer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;

/**
 * The arithmetic of {@link Adam} and {@link AdamW}, in Keras' order (Kingma and Ba, 2015; AMSGrad:
 * Reddi and others, 2018). Immutable.
 */
record AdamRule(double beta1, double beta2, double epsilon, boolean amsgrad) {
  static final double BETA1 = 0.9;
  static final double BETA2 = 0.999;
  static final double EPSILON = 1e-7;

  private static final String LARGEST_VELOCITY = "velocity_hat";

  /** Checks the ranges. */
  void requireUsable() {
    OptimizerSettings.requireDecayRate("Adam", "beta1", beta1);
    OptimizerSettings.requireDecayRate("Adam", "beta2", beta2);
    OptimizerSettings.requireEpsilon("Adam", epsilon);
  }

  /**
   * Adds the update of one weight to the step.
   *
   * @param start what the step is subtracted from: the weight, decayed or not
   */
  void update(Optimizer.Update update, Tensor start, Tensor gradient) {
    Ops ops = update.ops();
    Tensor momentum = Moments.mean(update, Moments.MOMENTUM, gradient, beta1);
    Tensor velocity = Moments.mean(update, Moments.VELOCITY, ops.square(gradient), beta2);
    if (amsgrad) {
      velocity =
          ops.maximum(
              update.slot(LARGEST_VELOCITY, gradient.type(), Initializers.zeros()), velocity);
      update.assignSlot(LARGEST_VELOCITY, velocity);
    }
    Tensor move =
        ops.divide(ops.multiply(momentum, rate(update)), ops.add(ops.sqrt(velocity), epsilon));
    update.assign(ops.subtract(start, move));
  }

  /** Returns the learning rate, corrected for means that start at zero. */
  private Tensor rate(Optimizer.Update update) {
    Ops ops = update.ops();
    Tensor step = Moments.step(update);
    Tensor momentumCorrection = Moments.fraction(ops, beta1, step);
    Tensor velocityCorrection = ops.sqrt(Moments.fraction(ops, beta2, step));
    return ops.divide(ops.multiply(update.learningRate(), velocityCorrection), momentumCorrection);
  }
}
