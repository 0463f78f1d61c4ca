package dev.espalier.layer.pooling;

import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Global average pooling of a sequence: the mean over its positions. {@code [batch, positions,
 * dim]} becomes {@code [batch, dim]}. Immutable and thread-safe.
 *
 * @param keepDims whether the axis of positions is kept, with size 1
 */
public record GlobalAveragePooling1D(boolean keepDims) implements Layer {
  /** Returns a layer that gives {@code [batch, dim]}. */
  public static GlobalAveragePooling1D create() {
    return new GlobalAveragePooling1D(false);
  }

  /** Returns this layer with or without the axis of positions. */
  public GlobalAveragePooling1D keepDims(boolean value) {
    return new GlobalAveragePooling1D(value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Tensor x = LayerChecks.single(inputs);
    LayerChecks.sequence(x.shape());
    return context.ops().reduce(Reduction.MEAN, x, keepDims, 1);
  }
}
