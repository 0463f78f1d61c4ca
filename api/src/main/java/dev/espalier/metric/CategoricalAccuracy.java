package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;

/**
 * Fraction of samples whose largest output (the first of equal ones) is the true class. Targets are
 * class indices int32 {@code [batch]} or class probabilities float32 {@code [batch, classes]}. NaN
 * outputs are ignored; if all are NaN, the first counts as the largest. Immutable and thread-safe.
 */
public record CategoricalAccuracy() implements MeanMetric {
  @Override
  public String name() {
    return "categorical_accuracy";
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
    return hits(ops, name(), target, prediction);
  }

  static Tensor hits(Ops ops, String name, Tensor target, Tensor prediction) {
    Tensor wanted =
        Targets.areIndices(target)
            ? Targets.indices(name, target, prediction)
            : ops.argMax(Targets.probabilities(ops, name, target, prediction), -1);
    Tensor guess = ops.argMax(comparable(ops, prediction), -1);
    return ops.cast(ops.compare(Comparison.EQUAL, wanted, guess), DataType.FLOAT32);
  }

  /**
   * Returns the prediction with 0 for each output that is NaN for no reason of its own. One logit
   * that is not finite makes some engines give NaN for all outputs of a softmax; TensorFlow gives 0
   * for the others.
   */
  static Tensor comparable(Ops ops, Tensor prediction) {
    Tensor logits = ops.logitsOf(prediction);
    if (logits == null) {
      return prediction;
    }
    Tensor infinity = ops.constant(Double.POSITIVE_INFINITY);
    Tensor finite = ops.cast(ops.compare(Comparison.GREATER, infinity, logits), DataType.FLOAT32);
    Tensor number = ops.compare(Comparison.EQUAL, prediction, prediction);
    Tensor zeroOrNan = ops.divide(ops.constant(0), finite);
    return ops.select(number, prediction, zeroOrNan);
  }
}
