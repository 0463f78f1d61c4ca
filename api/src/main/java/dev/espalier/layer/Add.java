package dev.espalier.layer;

import dev.espalier.graph.Tensor;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Adds two or more inputs element by element. Axes of size 1 are broadcast. The inputs are float32
 * {@code [batch, ...]} with broadcastable shapes, and the output has the broadcast shape. Immutable
 * and thread-safe.
 */
public record Add() implements Layer {
  /** Returns the layer. */
  public static Add create() {
    return new Add();
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    LayerChecks.several(inputs);
    Tensor result = inputs[0];
    for (int i = 1; i < inputs.length; i++) {
      result = context.ops().add(result, inputs[i]);
    }
    return result;
  }
}
