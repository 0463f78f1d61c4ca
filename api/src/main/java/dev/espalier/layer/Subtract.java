package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Tensor;

/**
 * Subtracts the second input from the first element by element. Axes of size 1 are broadcast. The
 * inputs are float32 {@code [batch, ...]} with broadcastable shapes, and the output has the
 * broadcast shape. Immutable and thread-safe.
 */
public record Subtract() implements Layer {
  /** Returns the layer. */
  public static Subtract create() {
    return new Subtract();
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    if (inputs.length != 2) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer subtracts one input from another and was connected to " + inputs.length + ".",
          "Connect it to two.");
    }
    return context.ops().subtract(inputs[0], inputs[1]);
  }
}
