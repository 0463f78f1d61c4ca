package dev.espalier.layer;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.internal.LayerChecks;

/**
 * An activation function as a layer of its own: {@code y = activation(x)}. The output has the shape
 * of the input. Immutable and thread-safe.
 *
 * @param activation function that is applied to every element; softmax and log-softmax work along
 *     the last axis
 */
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
