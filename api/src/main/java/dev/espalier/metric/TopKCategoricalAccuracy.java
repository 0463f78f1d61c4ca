package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;

/**
 * Fraction of samples whose true class is among the k largest outputs. Classes that tie for the
 * last place all count. A prediction that is not finite never counts as correct. Immutable and
 * thread-safe.
 *
 * @param k number of top predictions that may contain the true class, 1 or more
 * @param name name of the metric in the logs
 */
public record TopKCategoricalAccuracy(int k, String name) implements MeanMetric {
  /** Checks the range. */
  public TopKCategoricalAccuracy {
    if (k < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A top-k accuracy cannot look at " + k + " outputs.",
          "Give 1 or more, such as 5.");
    }
  }

  /** Returns this metric under another key; two of one training need different ones. */
  public TopKCategoricalAccuracy named(String key) {
    return new TopKCategoricalAccuracy(k, key);
  }

  @Override
  public Goal goal() {
    return Goal.MAX;
  }

  /** Returns no: it asks for the one class of a sample. */
  @Override
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor classes = Targets.probabilities(ops, name, target, prediction);
    int count = prediction.shape().size(-1);
    Tensor wanted =
        Targets.areIndices(target) ? classes : ops.oneHot(ops.argMax(classes, -1), count);
    Tensor own = ops.reduce(Reduction.SUM, ops.multiply(wanted, prediction), true, -1);
    // Counts those that are not larger: where the output is NaN or infinite, "own" is NaN, and no
    // comparison with NaN holds.
    Tensor notLarger = ops.compare(Comparison.GREATER_EQUAL, own, prediction);
    Tensor counted = ops.sum(ops.cast(notLarger, DataType.FLOAT32), -1);
    Tensor enough = ops.constant(Math.max(count - k, 0) + 0.5);
    return ops.cast(ops.compare(Comparison.GREATER, counted, enough), DataType.FLOAT32);
  }
}
