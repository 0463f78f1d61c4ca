package dev.espalier.spark;

import dev.espalier.graph.Tensor;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;

/** A layer of a plugin. */
record Tilt(double factor) implements Layer {
  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    return context.ops().multiply(inputs[0], factor);
  }
}
