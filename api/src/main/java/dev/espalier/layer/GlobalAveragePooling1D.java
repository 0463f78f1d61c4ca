package dev.espalier.layer;

import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Tensor;

/**
 * The mean over the positions of a sequence {@code [batch, positions, dim]}. Immutable.
 *
 * @param keepDims whether the axis of positions stays, with size 1
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
