package dev.espalier.layer;

import dev.espalier.graph.Tensor;
import dev.espalier.layer.internal.LayerChecks;

/**
 * The largest value of two or more inputs, element by element. Axes of size 1 are broadcast. The
 * inputs are float32 {@code [batch, ...]} with broadcastable shapes, and the output has the
 * broadcast shape. Immutable and thread-safe.
 */
public record Maximum() implements Layer {
  /** Returns the layer. */
  public static Maximum create() {
    return new Maximum();
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    LayerChecks.several(inputs);
    Tensor result = inputs[0];
    for (int i = 1; i < inputs.length; i++) {
      result = context.ops().maximum(result, inputs[i]);
    }
    return result;
  }
}
