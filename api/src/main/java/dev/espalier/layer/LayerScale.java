package dev.espalier.layer;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Layer scale (Touvron and others, 2021): multiplies each channel by a trainable factor, {@code y =
 * gamma * x}. At the end of a residual branch, factors that start close to 0 let a deep network
 * begin as the identity. Input and output are float32 {@code [batch, ..., channels]}. Variable:
 * {@code gamma} {@code [channels]}. Immutable and thread-safe.
 *
 * @param gammaInitializer initial factors
 */
public record LayerScale(Initializer gammaInitializer) implements Layer {
  /** Returns a layer whose factors start at 0.000001, as in ConvNeXt. */
  public static LayerScale create() {
    return new LayerScale(Initializers.constant(1e-6));
  }

  /** Returns this layer with other initial factors. */
  public LayerScale gammaInitializer(Initializer initializer) {
    return new LayerScale(initializer);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Tensor x = LayerChecks.single(inputs);
    Tensor gamma = context.weight("gamma", Shape.of(x.shape().size(-1)), gammaInitializer);
    return context.ops().multiply(x, gamma);
  }
}
