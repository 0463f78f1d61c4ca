package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;

/**
 * {@link CategoricalAccuracy} for class indices only, int32 {@code [batch]}. Immutable and
 * thread-safe.
 */
public record SparseCategoricalAccuracy() implements MeanMetric {
  @Override
  public String name() {
    return "sparse_categorical_accuracy";
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
    Tensor indices = Targets.indices(name(), target, prediction);
    return CategoricalAccuracy.hits(ops, name(), indices, prediction);
  }
}
