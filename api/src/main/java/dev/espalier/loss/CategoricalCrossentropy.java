package dev.espalier.loss;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Categorical cross-entropy: {@code -sum(target * ln(prediction))} over the classes. Targets are
 * class indices int32 {@code [batch]} or class probabilities float32 {@code [batch, classes]}, such
 * as one-hot vectors; predictions are float32 {@code [batch, classes]}.
 *
 * <p>As in Keras on TensorFlow, the loss is computed from the logits if the last operation of the
 * model is a softmax or a sigmoid: it is {@code ln(sum(exp(logits)))} minus the logit of the class,
 * is unbounded, and has a gradient however wrong the prediction is. Other predictions are
 * probabilities, which are divided by their sum and clipped to [1e-7, 1 - 1e-7]. Immutable and
 * thread-safe.
 *
 * @param fromLogits whether predictions that do not come from a softmax or sigmoid are logits
 *     rather than probabilities
 * @param labelSmoothing label smoothing: fraction of each target that is spread evenly over all
 *     classes, from 0 to 1
 */
public record CategoricalCrossentropy(boolean fromLogits, double labelSmoothing) implements Loss {
  /** Checks the range. */
  public CategoricalCrossentropy {
    CrossEntropy.checkSmoothing(labelSmoothing);
  }

  /** Returns this loss for logits or probabilities. */
  public CategoricalCrossentropy fromLogits(boolean value) {
    return new CategoricalCrossentropy(value, labelSmoothing);
  }

  /** Returns this loss with another label smoothing. */
  public CategoricalCrossentropy labelSmoothing(double value) {
    return new CategoricalCrossentropy(fromLogits, value);
  }

  @Override
  public String name() {
    return "categorical-crossentropy";
  }

  /** Returns no: a sample has one class, or class probabilities that add up to 1. */
  @Override
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor known = Targets.probabilities(ops, name(), target, prediction);
    double even = 1.0 / prediction.shape().size(-1);
    Tensor wanted = CrossEntropy.smoothed(ops, known, labelSmoothing, even);
    Tensor logarithms = CrossEntropy.logProbabilities(ops, prediction, fromLogits);
    return CrossEntropy.of(ops, wanted, logarithms);
  }
}
