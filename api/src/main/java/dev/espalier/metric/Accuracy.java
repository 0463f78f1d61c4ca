package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Accuracy: the fraction of samples classified correctly. Its form depends on the shape of the
 * output: with one output {@code [batch, 1]}, a probability above 0.5 predicts the positive class;
 * with several, {@code [batch, classes]}, the predicted class is the one with the largest output
 * (the first of equal ones). Immutable and thread-safe.
 */
public record Accuracy() implements MeanMetric {
  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public Goal goal() {
    return Goal.MAX;
  }

  /** Returns no: of several outputs it looks at the largest alone. */
  @Override
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    boolean oneOutput = prediction.shape().rank() > 0 && prediction.shape().size(-1) == 1;
    MeanMetric kind = oneOutput ? new BinaryAccuracy(0.5) : new CategoricalAccuracy();
    return kind.call(ops, target, prediction);
  }
}
