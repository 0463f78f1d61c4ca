package dev.espalier.loss;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Mean squared error: the mean of {@code (prediction - target)^2} over the outputs of a sample.
 * Targets have the shape of the predictions, float32 {@code [batch, ...]}; class indices are
 * converted to one-hot vectors if there are several outputs. Immutable and thread-safe.
 */
public record MeanSquaredError() implements Loss {
  @Override
  public String name() {
    return "mean-squared-error";
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor wanted = Targets.values(ops, name(), target, prediction);
    return Targets.meanOfSamples(ops, ops.square(ops.subtract(prediction, wanted)));
  }
}
