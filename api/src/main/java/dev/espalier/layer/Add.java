package dev.espalier.layer;

import dev.espalier.graph.Tensor;

/** The sum of two or more inputs; an axis of size 1 is repeated. Immutable. */
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
