package dev.espalier.metric;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;

/**
 * Mean squared error: the mean of {@code (prediction - target)^2} over outputs and samples. Targets
 * have the shape of the predictions, float32 {@code [batch, ...]}; class indices are converted to
 * one-hot vectors if there are several outputs. Immutable and thread-safe.
 */
public record MeanSquaredError() implements MeanMetric {
  @Override
  public String name() {
    return "mean_squared_error";
  }

  @Override
  public Goal goal() {
    return Goal.MIN;
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor error = ops.subtract(prediction, Targets.values(ops, name(), target, prediction));
    return Targets.meanOfSamples(ops, ops.square(error));
  }
}
