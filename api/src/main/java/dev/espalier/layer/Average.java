package dev.espalier.layer;

import dev.espalier.graph.Tensor;
import dev.espalier.layer.internal.LayerChecks;

/**
 * The mean of two or more inputs, element by element. Axes of size 1 are broadcast. The inputs are
 * float32 {@code [batch, ...]} with broadcastable shapes, and the output has the broadcast shape.
 * Immutable and thread-safe.
 */
public record Average() implements Layer {
  /** Returns the layer. */
  public static Average create() {
    return new Average();
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    LayerChecks.several(inputs);
    Tensor result = inputs[0];
    for (int i = 1; i < inputs.length; i++) {
      result = context.ops().add(result, inputs[i]);
    }
    return context.ops().multiply(result, 1.0 / inputs.length);
  }
}
