package dev.espalier.layer;

import dev.espalier.graph.Tensor;

/** The product of two or more inputs; an axis of size 1 is repeated. Immutable. */
public record Multiply() implements Layer {
  /** Returns the layer. */
  public static Multiply create() {
    return new Multiply();
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    LayerChecks.several(inputs);
    Tensor result = inputs[0];
    for (int i = 1; i < inputs.length; i++) {
      result = context.ops().multiply(result, inputs[i]);
    }
    return result;
  }
}
