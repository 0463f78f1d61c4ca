package dev.espalier.layer.pooling;

import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Global max pooling: the largest value of each channel over height and width. {@code [batch,
 * height, width, channels]} becomes {@code [batch, channels]}. Immutable and thread-safe.
 *
 * @param keepDims whether height and width are kept, as axes of size 1
 */
public record GlobalMaxPooling2D(boolean keepDims) implements Layer {
  /** Returns a layer that gives {@code [batch, channels]}. */
  public static GlobalMaxPooling2D create() {
    return new GlobalMaxPooling2D(false);
  }

  /** Returns this layer with height and width kept or not. */
  public GlobalMaxPooling2D keepDims(boolean value) {
    return new GlobalMaxPooling2D(value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    return context.ops().reduce(Reduction.MAX, LayerChecks.images(inputs), keepDims, 1, 2);
  }
}
