package dev.espalier.training;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * The {@link CategoricalCrossentropy} of class indices alone. Immutable.
 *
 * @param fromLogits whether a prediction that neither a softmax nor a sigmoid made is logits, not
 *     probabilities
 */
public record SparseCategoricalCrossentropy(boolean fromLogits) implements Loss {
  /** Returns this loss for logits or probabilities. */
  public SparseCategoricalCrossentropy fromLogits(boolean value) {
    return new SparseCategoricalCrossentropy(value);
  }

  @Override
  public String name() {
    return "sparse-categorical-crossentropy";
  }

  /** Returns no: a sample has one class. */
  @Override
  public boolean acceptsMultiLabel() {
    return false;
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor indices = Targets.indices(name(), target, prediction);
    return new CategoricalCrossentropy(fromLogits, 0).call(ops, indices, prediction);
  }
}
