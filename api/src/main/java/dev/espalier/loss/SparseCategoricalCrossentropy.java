package dev.espalier.loss;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * {@link CategoricalCrossentropy} for class indices only, int32 {@code [batch]}. As in Keras on
 * TensorFlow, plain probabilities are clipped to [1e-7, 1 - 1e-7] first and then divided by their
 * sum, in the opposite order; this matters only if they do not add up to 1. Immutable and
 * thread-safe.
 *
 * @param fromLogits whether predictions that do not come from a softmax or sigmoid are logits
 *     rather than probabilities
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
