package dev.espalier.activation;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;

/**
 * x where it is above a threshold, and another value elsewhere. Immutable and thread-safe.
 *
 * @param threshold what x must exceed
 * @param value what takes its place
 */
public record Threshold(double threshold, double value) implements Activation {
  /** Checks that the numbers are finite. */
  public Threshold {
    ArgumentChecks.require(
        Double.isFinite(threshold), "threshold", threshold, "Give a finite number.");
    ArgumentChecks.require(
        Double.isFinite(value), "value of a threshold", value, "Give a finite number.");
  }

  @Override
  public Tensor apply(Ops ops, Tensor x) {
    Tensor above =
        ops.cast(ops.compare(Comparison.GREATER, x, ops.constant(threshold)), DataType.FLOAT32);
    Tensor rest = ops.multiply(ops.add(above, -1), -value);
    return ops.add(ops.multiply(x, above), rest);
  }
}
