package dev.espalier.layer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * x, and slope·x below zero. Immutable.
 *
 * @param slope below zero; Keras' {@code negative_slope}, in PyTorch and Keras' layer 0.01 and 0.3
 *     by default, in Keras' function and {@link Activation#LEAKY_RELU} 0.2
 */
public record LeakyRelu(double slope) implements Activation {
  /** Checks the slope. */
  public LeakyRelu {
    LayerChecks.require(
        Double.isFinite(slope), "slope", slope, "Give a finite number, such as 0.01.");
  }

  @Override
  public Tensor apply(Ops ops, Tensor x) {
    Tensor negative = ops.multiply(BuiltInActivation.negativePart(ops, x), slope);
    return ops.add(BuiltInActivation.relu(ops, x), negative);
  }
}
