package dev.espalier.optimizer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;

/**
 * The arithmetic of {@link Adam} and {@link AdamW}, in Keras' order (Kingma and Ba, 2015; AMSGrad:
 * Reddi and others, 2018). Immutable.
 */
record AdamRule(double beta1, double beta2, double epsilon, boolean amsgrad) {
  static final double BETA1 = 0.9;
  static final double BETA2 = 0.999;
  static final double EPSILON = 1e-7;

  private static final String MOMENTUM = "momentum";
  private static final String VELOCITY = "velocity";
  private static final String LARGEST_VELOCITY = "velocity_hat";
  private static final String STEP = "step";

  /** Checks the ranges. */
  void requireUsable() {
    requireShare("beta1", beta1);
    requireShare("beta2", beta2);
    // Steps compute with 32 bits, in which it must still be above 0.
    if (!((float) epsilon > 0) || Float.isInfinite((float) epsilon)) {
      throw refused("epsilon", epsilon, "Give a number above 0, such as 1e-7.");
    }
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && (float) value < 1)) {
      throw refused(name, value, "Give a number from 0 to less than 1, such as " + BETA1 + ".");
    }
  }

  private static EspalierException refused(String name, double value, String remedy) {
    return new EspalierException(
        ErrorCode.INVALID_TRAINING_SETTING,
        "The " + name + " of Adam cannot be " + value + ".",
        remedy);
  }

  /**
   * Adds the update of one weight to the step.
   *
   * @param start what the step is subtracted from: the weight, decayed or not
   */
  void update(Optimizer.Update update, Tensor start, Tensor gradient) {
    Ops ops = update.ops();
    Tensor momentum = mean(update, MOMENTUM, gradient, beta1);
    Tensor velocity = mean(update, VELOCITY, ops.square(gradient), beta2);
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

  /** Returns the exponential mean of a value: old + (value - old)·(1 - beta). */
  private static Tensor mean(Optimizer.Update update, String name, Tensor value, double beta) {
    Ops ops = update.ops();
    Tensor old = update.slot(name, value.type(), Initializers.zeros());
    Tensor mean = ops.add(old, ops.multiply(ops.subtract(value, old), 1 - beta));
    update.assignSlot(name, mean);
    return mean;
  }

  /**
   * Returns the learning rate, corrected for means that start at zero. Each weight counts its own
   * steps: the means of one that is unfrozen late start late, too.
   */
  private Tensor rate(Optimizer.Update update) {
    Ops ops = update.ops();
    TensorType counter = new TensorType(DataType.INT32, Shape.scalar());
    Tensor old = update.slot(STEP, counter, Initializers.zeros());
    Tensor step = ops.add(old, ops.constant(HostArray.scalar(1)));
    update.assignSlot(STEP, step);
    Tensor exponent = ops.cast(step, DataType.FLOAT32);
    Tensor momentumCorrection = missing(ops, beta1, exponent);
    Tensor velocityCorrection = ops.sqrt(missing(ops, beta2, exponent));
    return ops.divide(ops.multiply(update.learningRate(), velocityCorrection), momentumCorrection);
  }

  /** Returns 1 - beta to the power of the step: what a mean that started at zero has so far. */
  private static Tensor missing(Ops ops, double beta, Tensor step) {
    Tensor power = ops.binary(Op.BinaryFunction.POWER, ops.constant(beta), step);
    return ops.subtract(ops.constant(1), power);
  }
}
