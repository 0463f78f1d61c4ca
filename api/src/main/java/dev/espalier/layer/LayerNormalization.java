package dev.espalier.layer;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Layer normalization: normalizes each vector along the last axis by its own mean and variance, in
 * training and in inference alike: {@code y = gamma * (x - mean) / sqrt(variance + epsilon) +
 * beta}. Input and output are float32 {@code [batch, ..., channels]}. Variables, each {@code
 * [channels]}: {@code gamma}, {@code beta}. Immutable and thread-safe.
 *
 * @param epsilon small constant added to the variance for numerical stability
 * @param center whether there is a beta
 * @param scale whether there is a gamma
 */
public record LayerNormalization(double epsilon, boolean center, boolean scale) implements Layer {
  /** Checks the range. */
  public LayerNormalization {
    ArgumentChecks.require(
        epsilon >= 0 && epsilon <= Float.MAX_VALUE,
        "epsilon of a layer normalization",
        epsilon,
        "Give a small number, such as 0.001.");
  }

  /** Returns a layer with Keras' defaults: epsilon 0.001, beta and gamma. */
  public static LayerNormalization create() {
    return new LayerNormalization(1e-3, true, true);
  }

  /** Returns this layer with another epsilon. */
  public LayerNormalization epsilon(double value) {
    return new LayerNormalization(value, center, scale);
  }

  /** Returns this layer with or without a beta. */
  public LayerNormalization center(boolean value) {
    return new LayerNormalization(epsilon, value, scale);
  }

  /** Returns this layer with or without a gamma. */
  public LayerNormalization scale(boolean value) {
    return new LayerNormalization(epsilon, center, value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.single(inputs);
    int channels = x.shape().size(-1);
    Shape shape = Shape.of(channels);
    TensorType type = TensorType.float32(channels);
    Tensor gamma =
        scale
            ? context.weight("gamma", shape, Initializers.ones())
            : ops.constant(HostArray.filled(type, 1));
    Tensor beta =
        center
            ? context.weight("beta", shape, Initializers.zeros())
            : ops.constant(HostArray.filled(type, 0));
    return ops.layerNormalization(x, gamma, beta, epsilon);
  }
}
