package dev.espalier.training;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * The {@link CategoricalCrossentropy} of class indices alone. As in Keras on TensorFlow, plain
 * probabilities are first kept 1e-7 away from 0 and 1 and then divided by their sum, the other way
 * round than there; it makes a difference where they do not add up to 1. Immutable.
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
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor indices = Targets.indices(name(), target, prediction);
    Tensor wanted = Targets.probabilities(ops, name(), indices, prediction);
    Tensor logarithms = CrossEntropy.sparseLogProbabilities(ops, prediction, fromLogits);
    return CrossEntropy.of(ops, wanted, logarithms);
  }
}
