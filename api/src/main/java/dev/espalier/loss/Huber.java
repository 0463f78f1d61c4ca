package dev.espalier.loss;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Huber loss, which outliers affect less than a squared error. With the error e of an output it is
 * {@code e^2 / 2} where {@code |e| <= delta} and {@code delta * |e| - delta^2 / 2} elsewhere,
 * averaged over the outputs of a sample. Targets have the shape of the predictions, float32 {@code
 * [batch, ...]}; class indices are converted to one-hot vectors if there are several outputs.
 * Immutable and thread-safe.
 *
 * @param delta absolute error at which the loss turns from quadratic to linear, above 0
 */
public record Huber(double delta) implements Loss {
  /** Checks the range. */
  public Huber {
    // Steps compute with 32 bits, in which its square must be usable too.
    if (!((float) (delta * delta) > 0) || Float.isInfinite((float) (delta * delta)) || delta < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The delta of a Huber loss cannot be " + delta + ".",
          "Give a number above 0, such as 1.");
    }
  }

  /** Returns this loss with another delta. */
  public Huber delta(double value) {
    return new Huber(value);
  }

  @Override
  public String name() {
    return "huber";
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor error = ops.subtract(prediction, Targets.values(ops, name(), target, prediction));
    Tensor size = ops.abs(error);
    Tensor near = ops.compare(Comparison.GREATER_EQUAL, ops.constant(delta), size);
    Tensor quadratic = ops.multiply(ops.square(error), 0.5);
    Tensor linear = ops.add(ops.multiply(size, delta), -0.5 * delta * delta);
    return Targets.meanOfSamples(ops, ops.select(near, quadratic, linear));
  }
}
