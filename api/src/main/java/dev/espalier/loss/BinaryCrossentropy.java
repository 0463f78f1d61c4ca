package dev.espalier.loss;

import dev.espalier.graph.Op.UnaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Binary cross-entropy: the mean over the outputs of a sample of {@code -t * ln(p) - (1 - t) * ln(1
 * - p)}. Targets and predictions are float32 {@code [batch, n]}; the outputs are independent of one
 * another.
 *
 * <p>As in Keras on TensorFlow, the loss is computed from the logits if the last operation of the
 * model is a sigmoid or a softmax, so that the loss is unbounded and has a gradient however wrong
 * the prediction is. Other predictions are probabilities, which are clipped to [1e-7, 1 - 1e-7].
 * Immutable and thread-safe.
 *
 * @param fromLogits whether predictions that do not come from a sigmoid or softmax are logits
 *     rather than probabilities
 * @param labelSmoothing label smoothing from 0 to 1: {@code t * (1 - labelSmoothing) +
 *     labelSmoothing / 2} replaces the target t
 */
public record BinaryCrossentropy(boolean fromLogits, double labelSmoothing) implements Loss {
  /** Checks the range. */
  public BinaryCrossentropy {
    CrossEntropy.checkSmoothing(labelSmoothing);
  }

  /** Returns this loss for logits or probabilities. */
  public BinaryCrossentropy fromLogits(boolean value) {
    return new BinaryCrossentropy(value, labelSmoothing);
  }

  /** Returns this loss with another label smoothing. */
  public BinaryCrossentropy labelSmoothing(double value) {
    return new BinaryCrossentropy(fromLogits, value);
  }

  @Override
  public String name() {
    return "binary-crossentropy";
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor known = Targets.numbers(ops, name(), target, prediction);
    Tensor wanted = CrossEntropy.smoothed(ops, known, labelSmoothing, 0.5);
    Tensor logits = CrossEntropy.logits(ops, prediction, fromLogits);
    Tensor loss = logits == null ? of(ops, wanted, prediction) : ofLogits(ops, wanted, logits);
    return Targets.meanOfSamples(ops, loss);
  }

  private static Tensor of(Ops ops, Tensor target, Tensor prediction) {
    Tensor p = CrossEntropy.clipped(ops, prediction);
    Tensor yes = ops.multiply(target, ops.log(p));
    Tensor no = ops.multiply(complement(ops, target), ops.log(complement(ops, p)));
    return ops.negate(ops.add(yes, no));
  }

  private static Tensor complement(Ops ops, Tensor x) {
    return ops.subtract(ops.constant(1), x);
  }

  private static Tensor ofLogits(Ops ops, Tensor target, Tensor logit) {
    // max(x, 0) - x·t + ln(1 + exp(-|x|)): the exponent is never positive.
    Tensor positive = ops.unary(UnaryFunction.RELU, logit);
    Tensor rest = ops.unary(UnaryFunction.SOFTPLUS, ops.negate(ops.abs(logit)));
    return ops.add(ops.subtract(positive, ops.multiply(logit, target)), rest);
  }
}
