package dev.espalier.metric;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.SampleLosses;
import java.util.List;

/**
 * A metric that is the mean of one value per sample over all samples. Implementations are immutable
 * and thread-safe, usually records.
 */
public interface MeanMetric extends Metric {
  /**
   * Returns the value of each sample, float32 {@code [batch]}.
   *
   * @param target class indices, int32 {@code [batch]}, or numbers of the prediction's shape
   * @param prediction the model's output, float32 {@code [batch, ...]}
   */
  Tensor call(Ops ops, Tensor target, Tensor prediction);

  /** Returns the weighted sum of the values and the sum of the weights. */
  @Override
  default List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight) {
    Tensor values = SampleLosses.requirePerSample(name(), call(ops, target, prediction));
    return List.of(ops.sum(ops.multiply(values, sampleWeight), 0), ops.sum(sampleWeight, 0));
  }

  /** Returns the mean; NaN if the weights of all samples are 0. */
  @Override
  default MetricResult result(MetricSums sums) {
    return MetricResult.of(name(), sums.value(0) / sums.value(1));
  }
}
