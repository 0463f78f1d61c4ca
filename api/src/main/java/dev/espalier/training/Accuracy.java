package dev.espalier.training;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * The part of samples that are classified rightly. What that means follows from the shapes: one
 * output is a probability that counts as yes above 0.5; of several the largest, the first of
 * equals, must be the target's class. Immutable.
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
