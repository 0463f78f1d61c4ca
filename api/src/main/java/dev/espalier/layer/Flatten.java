package dev.espalier.layer;

import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Flattens each sample: {@code [batch, ...]} becomes {@code [batch, elements]}. Immutable and
 * thread-safe.
 */
public record Flatten() implements Layer {
  /** Returns the layer. */
  public static Flatten create() {
    return new Flatten();
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Tensor x = LayerChecks.single(inputs);
    int length = x.shape().withoutBatch().arrayLength();
    return context.ops().reshape(x, Shape.of(x.shape().size(0), length));
  }
}
