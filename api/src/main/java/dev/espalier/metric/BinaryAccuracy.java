package dev.espalier.metric;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;

/**
 * Fraction of binary labels predicted correctly, over all outputs of all samples. Outputs and
 * targets are {@code [batch, n]}. For multi-label data with few positive labels, compare it with a
 * model that always predicts negative, which scores high as well. Immutable and thread-safe.
 *
 * @param threshold outputs above it count as positive
 */
public record BinaryAccuracy(double threshold) implements MeanMetric {
  /** Checks the threshold. */
  public BinaryAccuracy {
    if (!Double.isFinite((float) threshold)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The threshold of a binary accuracy cannot be " + threshold + ".",
          "Give a finite number, such as 0.5.");
    }
  }

  /** Returns this metric with another threshold. */
  public BinaryAccuracy threshold(double value) {
    return new BinaryAccuracy(value);
  }

  @Override
  public String name() {
    return "binary_accuracy";
  }

  @Override
  public Goal goal() {
    return Goal.MAX;
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor wanted = Targets.numbers(ops, name(), target, prediction);
    Tensor above = ops.compare(Comparison.GREATER, prediction, ops.constant(threshold));
    Tensor decision = ops.cast(above, DataType.FLOAT32);
    Tensor equal = ops.compare(Comparison.EQUAL, wanted, decision);
    return Targets.meanOfSamples(ops, ops.cast(equal, DataType.FLOAT32));
  }
}
