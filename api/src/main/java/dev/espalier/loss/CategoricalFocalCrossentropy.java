package dev.espalier.loss;

import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import java.util.List;

/**
 * Categorical focal cross-entropy (Lin and others, 2017), in Keras' form: {@code -sum(alpha * (1 -
 * p)^gamma * target * ln(p))} over the classes, so that samples that are right already count less.
 * Targets are class indices int32 {@code [batch]} or class probabilities float32 {@code [batch,
 * classes]}; predictions are float32 {@code [batch, classes]}, divided by their sum and clipped to
 * [1e-7, 1 - 1e-7]. Immutable and thread-safe.
 *
 * @param alpha factor of each class by index, from 0 to 1, or one factor for all of them
 * @param gamma focusing parameter, 0 or more; 0 is plain cross-entropy times alpha
 * @param fromLogits whether predictions that do not come from a softmax or sigmoid are logits
 *     rather than probabilities
 * @param labelSmoothing label smoothing: fraction of each target that is spread evenly over all
 *     classes, from 0 to 1
 */
public record CategoricalFocalCrossentropy(
    List<Double> alpha, double gamma, boolean fromLogits, double labelSmoothing) implements Loss {
  /** Checks the ranges. */
  public CategoricalFocalCrossentropy {
    alpha = List.copyOf(alpha);
    if (alpha.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A focal loss has no alpha.",
          "Give a number from 0 to 1, such as 0.25, or one for each class.");
    }
    alpha.forEach(Focal::requireAlpha);
    Focal.requireGamma(gamma);
    CrossEntropy.checkSmoothing(labelSmoothing);
  }

  /** Returns this loss with another factor. */
  public CategoricalFocalCrossentropy alpha(double value) {
    return alpha(List.of(value));
  }

  /** Returns this loss with a factor for each class, such as its inverse frequency. */
  public CategoricalFocalCrossentropy alpha(List<Double> values) {
    return new CategoricalFocalCrossentropy(values, gamma, fromLogits, labelSmoothing);
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
    Tensor weight = ops.multiply(Focal.factor(ops, p, gamma), factors(ops, prediction));
    return CrossEntropy.of(ops, ops.multiply(wanted, weight), ops.log(p));
  }

  private Tensor factors(Ops ops, Tensor prediction) {
    if (alpha.size() == 1) {
      return ops.constant(alpha.get(0));
    }
    int classes = prediction.shape().size(-1);
    if (alpha.size() != classes) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The focal loss has " + alpha.size() + " alphas, and the model " + classes + " outputs.",
          "Give one alpha for each class, or one for all.");
    }
    float[] values = new float[classes];
    for (int i = 0; i < classes; i++) {
      values[i] = alpha.get(i).floatValue();
    }
    return ops.constant(HostArray.wrap(Shape.of(classes), values));
  }
}
