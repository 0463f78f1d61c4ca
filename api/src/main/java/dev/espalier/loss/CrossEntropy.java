package dev.espalier.loss;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Op.UnaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import org.jspecify.annotations.Nullable;

/** The arithmetic of all cross-entropies. */
final class CrossEntropy {
  /** Keeps logarithms finite; Keras' number. */
  static final double EPSILON = 1e-7;

  private CrossEntropy() {}

  /**
   * Returns the logits of a prediction: what its softmax or sigmoid was given, else the prediction
   * itself if it is said to be logits, else null. Like Keras on TensorFlow, which of the two made
   * the prediction does not matter.
   */
  static @Nullable Tensor logits(Ops ops, Tensor prediction, boolean fromLogits) {
    Tensor logits = ops.logitsOf(prediction);
    return logits == null && fromLogits ? prediction : logits;
  }

  /** Returns the logarithms of class probabilities, which are divided by their sum and clipped. */
  static Tensor logProbabilities(Ops ops, Tensor prediction, boolean fromLogits) {
    Tensor logits = logits(ops, prediction, fromLogits);
    if (logits != null) {
      return ops.logSoftmax(logits);
    }
    Tensor sum = ops.reduce(Reduction.SUM, prediction, true, -1);
    return ops.log(clipped(ops, ops.divide(prediction, sum)));
  }

  /**
   * Returns the logarithms of class probabilities as Keras' sparse cross-entropy on TensorFlow has
   * them: plain probabilities are clipped first and then divided by the sum of what came of that.
   */
  static Tensor sparseLogProbabilities(Ops ops, Tensor prediction, boolean fromLogits) {
    Tensor logits = logits(ops, prediction, fromLogits);
    return ops.logSoftmax(logits == null ? ops.log(clipped(ops, prediction)) : logits);
  }

  /** Returns -Σ target·logarithm over the classes of each sample. */
  static Tensor of(Ops ops, Tensor target, Tensor logarithms) {
    return ops.negate(ops.sum(ops.multiply(target, logarithms), -1));
  }

  /**
   * Returns the binary cross-entropy of each output, from its logit if it has one, else from its
   * clipped probability.
   */
  static Tensor binary(Ops ops, Tensor target, Tensor prediction, boolean fromLogits) {
    Tensor logits = logits(ops, prediction, fromLogits);
    return logits == null ? ofProbability(ops, target, prediction) : ofLogit(ops, target, logits);
  }

  private static Tensor ofProbability(Ops ops, Tensor target, Tensor prediction) {
    Tensor p = clipped(ops, prediction);
    Tensor yes = ops.multiply(target, ops.log(p));
    Tensor no = ops.multiply(complement(ops, target), ops.log(complement(ops, p)));
    return ops.negate(ops.add(yes, no));
  }

  private static Tensor ofLogit(Ops ops, Tensor target, Tensor logit) {
    // max(x, 0) - x·t + ln(1 + exp(-|x|)): the exponent is never positive.
    Tensor positive = ops.unary(UnaryFunction.RELU, logit);
    Tensor rest = ops.unary(UnaryFunction.SOFTPLUS, ops.negate(ops.abs(logit)));
    return ops.add(ops.subtract(positive, ops.multiply(logit, target)), rest);
  }

  /** Returns 1 - x. */
  static Tensor complement(Ops ops, Tensor x) {
    return ops.subtract(ops.constant(1), x);
  }

  static Tensor clipped(Ops ops, Tensor probability) {
    return ops.clip(probability, EPSILON, 1 - EPSILON);
  }

  /** Returns targets mixed with a value that knows nothing. */
  static Tensor smoothed(Ops ops, Tensor target, double smoothing, double indifferent) {
    return smoothing == 0
        ? target
        : ops.add(ops.multiply(target, 1 - smoothing), smoothing * indifferent);
  }

  static void checkSmoothing(double smoothing) {
    if (!(smoothing >= 0 && smoothing <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The label smoothing cannot be " + smoothing + ".",
          "Give a number from 0 to 1, such as 0.1.");
    }
  }
}
