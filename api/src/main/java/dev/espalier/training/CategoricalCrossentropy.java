package dev.espalier.training;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * -Σ target·ln(prediction) over the classes; targets are class indices or class probabilities.
 *
 * <p>As in Keras on TensorFlow, the loss is computed from the logits where a softmax or a sigmoid
 * is the last operation of the model: it is ln Σ exp(logit) minus the logit of the class, has no
 * upper limit, and has a gradient however wrong the model is. Other predictions are probabilities,
 * which are divided by their sum and kept 1e-7 away from 0 and 1. Immutable.
 *
 * @param fromLogits whether a prediction that neither a softmax nor a sigmoid made is logits: what
 *     a softmax would turn into probabilities
 * @param labelSmoothing the part of each target that is spread evenly over all classes
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

  /** Returns no: a sample has one class, or shares of classes that add up to 1. */
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
