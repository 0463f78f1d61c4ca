package dev.espalier.training;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * The part of samples whose largest output, the first of equals, is the target's class; targets are
 * class indices or class probabilities. Immutable.
 */
public record CategoricalAccuracy() implements Metric {
  @Override
  public String name() {
    return "categorical_accuracy";
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
    return hits(ops, name(), target, prediction);
  }

  static Tensor hits(Ops ops, String name, Tensor target, Tensor prediction) {
    Tensor wanted =
        Targets.areIndices(target)
            ? Targets.indices(name, target, prediction)
            : ops.argMax(Targets.probabilities(ops, name, target, prediction), -1);
    Tensor equal = ops.compare(Comparison.EQUAL, wanted, ops.argMax(prediction, -1));
    return ops.cast(equal, DataType.FLOAT32);
  }
}
