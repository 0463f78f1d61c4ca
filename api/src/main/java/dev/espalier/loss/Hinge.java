package dev.espalier.loss;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Op.UnaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Hinge loss: the mean of {@code max(0, 1 - target * prediction)} over the outputs of a sample.
 * Targets are 0 or 1, where 0 counts as -1, or -1 and 1, float32 {@code [batch, n]}; class indices
 * are converted to one-hot vectors if there are several outputs. Predictions are scores around 0,
 * as of a linear layer or after a tanh. Immutable and thread-safe.
 */
public record Hinge() implements Loss {
  @Override
  public String name() {
    return "hinge";
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    return Targets.meanOfSamples(ops, missing(ops, name(), target, prediction));
  }

  /** Returns how much each output lacks to a margin of 1 on the right side of 0; 0 or more. */
  static Tensor missing(Ops ops, String name, Tensor target, Tensor prediction) {
    Tensor known = Targets.values(ops, name, target, prediction);
    Tensor zero = ops.compare(Comparison.EQUAL, known, ops.constant(0));
    Tensor minusOne = ops.multiply(ops.cast(zero, DataType.FLOAT32), -1);
    Tensor side = ops.add(known, minusOne);
    Tensor missing = ops.subtract(ops.constant(1), ops.multiply(side, prediction));
    return ops.unary(UnaryFunction.RELU, missing);
  }
}
