package dev.espalier.layer;

import dev.espalier.graph.Tensor;

/** An activation as a layer of its own. Immutable. */
public record ActivationLayer(Activation activation) implements Layer {
  /** Returns the layer of an activation. */
  public static ActivationLayer of(Activation activation) {
    return new ActivationLayer(activation);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    return activation.apply(context.ops(), LayerChecks.single(inputs));
  }

  @Override
  public String typeName() {
    return "Activation";
  }
}
