package dev.espalier.optimizer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;

/** Slots that several optimizers keep of a weight, in the arithmetic of Keras. */
final class Moments {
  static final String MOMENTUM = "momentum";
  static final String VELOCITY = "velocity";
  static final String STEP = "step";

  private Moments() {}

  /**
   * Returns the exponential mean of a value, old + (value - old)·(1 - beta), which the slot takes.
   */
  static Tensor mean(Optimizer.Update update, String slot, Tensor value, double beta) {
    Ops ops = update.ops();
    Tensor old = update.slot(slot, value.type(), Initializers.zeros());
    Tensor mean = ops.add(old, ops.multiply(ops.subtract(value, old), 1 - beta));
    update.assignSlot(slot, mean);
    return mean;
  }

  /**
   * Returns the same mean as old·rho + value·(1 - rho), which rounds differently; Keras has both.
   */
  static Tensor mixed(Optimizer.Update update, String slot, Tensor value, double rho) {
    Ops ops = update.ops();
    Tensor old = update.slot(slot, value.type(), Initializers.zeros());
    Tensor mean = ops.add(ops.multiply(old, rho), ops.multiply(value, 1 - rho));
    update.assignSlot(slot, mean);
    return mean;
  }

  /**
   * Returns the number of steps of the weight, 1 in the first, as float32. Each weight counts its
   * own: the means of one that is unfrozen late start late, too.
   */
  static Tensor step(Optimizer.Update update) {
    Ops ops = update.ops();
    TensorType counter = new TensorType(DataType.INT32, Shape.scalar());
    Tensor old = update.slot(STEP, counter, Initializers.zeros());
    Tensor step = ops.add(old, ops.constant(HostArray.scalar(1)));
    update.assignSlot(STEP, step);
    return ops.cast(step, DataType.FLOAT32);
  }

  /** Returns 1 - beta to the power of the step: what a mean that started at zero has so far. */
  static Tensor fraction(Ops ops, double beta, Tensor step) {
    return ops.subtract(ops.constant(1), power(ops, beta, step));
  }

  static Tensor power(Ops ops, double base, Tensor exponent) {
    return ops.binary(Op.BinaryFunction.POWER, ops.constant(base), exponent);
  }
}
