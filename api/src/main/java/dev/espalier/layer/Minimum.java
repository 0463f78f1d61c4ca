package dev.espalier.layer;

import dev.espalier.graph.Tensor;
import dev.espalier.layer.internal.LayerChecks;

/**
 * The smallest value of two or more inputs, element by element. Axes of size 1 are broadcast. The
 * inputs are float32 {@code [batch, ...]} with broadcastable shapes, and the output has the
 * broadcast shape. Immutable and thread-safe.
 */
public record Minimum() implements Layer {
  /** Returns the layer. */
  public static Minimum create() {
    return new Minimum();
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    LayerChecks.several(inputs);
    Tensor result = inputs[0];
    for (int i = 1; i < inputs.length; i++) {
      result = context.ops().minimum(result, inputs[i]);
    }
    return result;
  }
}
