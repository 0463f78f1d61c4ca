package dev.espalier.training;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/** The {@link CategoricalAccuracy} of class indices alone. Immutable. */
public record SparseCategoricalAccuracy() implements Metric {
  @Override
  public String name() {
    return "sparse_categorical_accuracy";
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }

  /** Returns no: it asks for the one class of a sample. */
  @Override
  public boolean acceptsMultiLabel() {
    return false;
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor indices = Targets.indices(name(), target, prediction);
    return CategoricalAccuracy.hits(ops, name(), indices, prediction);
  }
}
