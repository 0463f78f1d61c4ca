package dev.espalier.metric;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;

/**
 * Root mean squared error: the square root of the mean of {@code (prediction - target)^2} over
 * outputs and samples. Targets have the shape of the predictions, float32 {@code [batch, ...]};
 * class indices are converted to one-hot vectors if there are several outputs. Immutable and
 * thread-safe.
 */
public record RootMeanSquaredError() implements MeanMetric {
  @Override
  public String name() {
    return "root_mean_squared_error";
  }

  @Override
  public Goal goal() {
    return Goal.MIN;
  }

  /** Returns the squared error of each sample, the mean over its outputs. */
  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor error = ops.subtract(prediction, Targets.values(ops, name(), target, prediction));
    return Targets.meanOfSamples(ops, ops.square(error));
  }

  /** Returns the root of the mean; NaN if the weights of all samples are 0. */
  @Override
  public MetricResult result(MetricSums sums) {
    return MetricResult.of(name(), Math.sqrt(sums.value(0) / sums.value(1)));
  }
}
