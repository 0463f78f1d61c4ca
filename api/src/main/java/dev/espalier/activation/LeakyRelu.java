package dev.espalier.activation;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;

/**
 * Leaky rectified linear unit: {@code x} where x is 0 or more, else {@code slope * x}. Immutable
 * and thread-safe.
 *
 * @param slope slope for negative inputs, Keras' {@code negative_slope}. The default is 0.2 in
 *     Keras' function and in {@link Activation#LEAKY_RELU}, 0.3 in Keras' layer, and 0.01 in
 *     PyTorch
 */
public record LeakyRelu(double slope) implements Activation {
  /** Checks the slope. */
  public LeakyRelu {
    ArgumentChecks.require(
        Double.isFinite(slope), "slope", slope, "Give a finite number, such as 0.01.");
  }

  @Override
  public Tensor apply(Ops ops, Tensor x) {
    Tensor negative = ops.multiply(BuiltInActivation.negativePart(ops, x), slope);
    return ops.add(BuiltInActivation.relu(ops, x), negative);
  }
}
