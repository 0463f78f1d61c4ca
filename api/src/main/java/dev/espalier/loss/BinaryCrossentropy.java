package dev.espalier.loss;

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
    return Targets.meanOfSamples(ops, CrossEntropy.binary(ops, wanted, prediction, fromLogits));
  }
}
