package dev.espalier.activation;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;

/**
 * Rectified linear unit with all of Keras' parameters: {@code maxValue} where x is that or more,
 * {@code x} above the threshold, and {@code negativeSlope * (x - threshold)} below it. {@link
 * Activation#RELU}, {@link Activation#RELU6} and {@link LeakyRelu} are its usual cases. Immutable
 * and thread-safe.
 *
 * @param maxValue largest output, 0 or more; {@link #UNLIMITED} for none
 * @param negativeSlope slope below the threshold; usually 0
 * @param threshold what x must exceed; usually 0
 */
public record Relu(double maxValue, double negativeSlope, double threshold) implements Activation {
  /** The largest output of a unit that has none. */
  public static final double UNLIMITED = Double.MAX_VALUE;

  /** Checks the ranges. */
  public Relu {
    ArgumentChecks.require(
        maxValue >= 0 && Double.isFinite(maxValue),
        "largest value",
        maxValue,
        "Give a number of 0 or more, such as 6.");
    ArgumentChecks.require(
        Double.isFinite(negativeSlope), "slope", negativeSlope, "Give a finite number, such as 0.");
    ArgumentChecks.require(
        Double.isFinite(threshold), "threshold", threshold, "Give a finite number, such as 0.");
  }

  @Override
  public Tensor apply(Ops ops, Tensor x) {
    Tensor result = threshold == 0 ? BuiltInActivation.relu(ops, x) : above(ops, x);
    if (maxValue != UNLIMITED) {
      result = ops.clip(result, 0, maxValue);
    }
    if (negativeSlope == 0) {
      return result;
    }
    Tensor below = BuiltInActivation.relu(ops, ops.add(ops.multiply(x, -1), threshold));
    return ops.add(result, ops.multiply(below, -negativeSlope));
  }

  private Tensor above(Ops ops, Tensor x) {
    Tensor holds = ops.compare(Comparison.GREATER, x, ops.constant(threshold));
    return ops.multiply(x, ops.cast(holds, DataType.FLOAT32));
  }
}
