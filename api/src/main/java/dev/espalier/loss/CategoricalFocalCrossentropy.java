package dev.espalier.loss;

import dev.espalier.data.Target;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Categorical focal cross-entropy (Lin and others, 2017), in Keras' form: {@code -alpha * sum((1 -
 * p)^gamma * target * ln(p))} over the classes, so that samples that are right already count less.
 * Targets are class indices int32 {@code [batch]} or class probabilities float32 {@code [batch,
 * classes]}; predictions are float32 {@code [batch, classes]}, divided by their sum and clipped to
 * [1e-7, 1 - 1e-7]. To weight classes, use class weights. Immutable and thread-safe.
 *
 * @param alpha factor of the loss, from 0 to 1
 * @param gamma focusing parameter, 0 or more; 0 is plain cross-entropy times alpha
 * @param fromLogits whether predictions that do not come from a softmax or sigmoid are logits
 *     rather than probabilities
 * @param labelSmoothing label smoothing: fraction of each target that is spread evenly over all
 *     classes, from 0 to 1
 */
public record CategoricalFocalCrossentropy(
    double alpha, double gamma, boolean fromLogits, double labelSmoothing) implements Loss {
  /** Checks the ranges. */
  public CategoricalFocalCrossentropy {
    Focal.requireUsable(alpha, gamma);
    CrossEntropy.checkSmoothing(labelSmoothing);
  }

  /** Returns this loss with another factor. */
  public CategoricalFocalCrossentropy alpha(double value) {
    return new CategoricalFocalCrossentropy(value, gamma, fromLogits, labelSmoothing);
  }

  /** Returns this loss with another focusing parameter. */
  public CategoricalFocalCrossentropy gamma(double value) {
    return new CategoricalFocalCrossentropy(alpha, value, fromLogits, labelSmoothing);
  }

  /** Returns this loss for logits or probabilities. */
  public CategoricalFocalCrossentropy fromLogits(boolean value) {
    return new CategoricalFocalCrossentropy(alpha, gamma, value, labelSmoothing);
  }

  /** Returns this loss with another label smoothing. */
  public CategoricalFocalCrossentropy labelSmoothing(double value) {
    return new CategoricalFocalCrossentropy(alpha, gamma, fromLogits, value);
  }

  @Override
  public String name() {
    return "categorical-focal-crossentropy";
  }

  /** Returns no for multi-label targets: a sample has one class, or probabilities of all. */
  @Override
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor known = Targets.probabilities(ops, name(), target, prediction);
    double even = 1.0 / prediction.shape().size(-1);
    Tensor wanted = CrossEntropy.smoothed(ops, known, labelSmoothing, even);
    boolean logits = fromLogits && ops.logitsOf(prediction) == null;
    Tensor given = logits ? ops.softmax(prediction) : prediction;
    Tensor sum = ops.reduce(Reduction.SUM, given, true, -1);
    Tensor p = CrossEntropy.clipped(ops, ops.divide(given, sum));
    Tensor weight = ops.multiply(Focal.factor(ops, p, gamma), alpha);
    return CrossEntropy.of(ops, ops.multiply(wanted, weight), ops.log(p));
  }
}
