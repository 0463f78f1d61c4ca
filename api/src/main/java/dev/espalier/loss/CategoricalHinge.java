package dev.espalier.loss;

import dev.espalier.data.Target;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Op.UnaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Categorical hinge loss: {@code max(0, 1 + max((1 - target) * prediction) - sum(target *
 * prediction))} over the classes. Targets are class indices int32 {@code [batch]} or one-hot
 * vectors float32 {@code [batch, classes]}; predictions are scores, float32 {@code [batch,
 * classes]}. Immutable and thread-safe.
 */
public record CategoricalHinge() implements Loss {
  @Override
  public String name() {
    return "categorical-hinge";
  }

  /** Returns no for multi-label targets: it asks for the one class of a sample. */
  @Override
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor wanted = Targets.probabilities(ops, name(), target, prediction);
    Tensor own = ops.sum(ops.multiply(wanted, prediction), -1);
    Tensor others = ops.multiply(ops.subtract(ops.constant(1), wanted), prediction);
    Tensor largest = ops.reduce(Reduction.MAX, others, false, -1);
    return ops.unary(UnaryFunction.RELU, ops.add(ops.subtract(largest, own), 1));
  }
}
