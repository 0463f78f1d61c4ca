package dev.espalier.loss;

import dev.espalier.graph.Op.UnaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Logarithm of the hyperbolic cosine of the error: the mean of {@code ln(cosh(prediction -
 * target))} over the outputs of a sample. Like half the squared error near 0, like the absolute
 * error minus ln(2) far from it. Targets have the shape of the predictions, float32 {@code [batch,
 * ...]}; class indices are converted to one-hot vectors if there are several outputs. Immutable and
 * thread-safe.
 */
public record LogCosh() implements Loss {
  @Override
  public String name() {
    return "log-cosh";
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor error = ops.subtract(prediction, Targets.values(ops, name(), target, prediction));
    // The function is even, so that the exponent of the softplus is never positive.
    Tensor size = ops.abs(error);
    Tensor rest = ops.unary(UnaryFunction.SOFTPLUS, ops.multiply(size, -2));
    return Targets.meanOfSamples(ops, ops.add(ops.add(size, rest), -Math.log(2)));
  }
}
