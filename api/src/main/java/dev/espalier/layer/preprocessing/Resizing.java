package dev.espalier.layer.preprocessing;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Interpolation;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Resizes images without keeping their aspect ratio: {@code [batch, h, w, channels]} becomes {@code
 * [batch, height, width, channels]}. Pixel centres are aligned as in {@link
 * dev.espalier.graph.Op.Resize}. Immutable and thread-safe.
 *
 * @param height height of the output in pixels, 1 or more
 * @param width width of the output in pixels, 1 or more
 * @param interpolation interpolation method
 */
public record Resizing(int height, int width, Interpolation interpolation) implements Layer {
  /** Checks the range. */
  public Resizing {
    ArgumentChecks.positive("height to resize to", height);
    ArgumentChecks.positive("width to resize to", width);
  }

  /** Returns a layer with bilinear interpolation. */
  public static Resizing of(int height, int width) {
    return new Resizing(height, width, Interpolation.BILINEAR);
  }

  /** Returns this layer with another interpolation. */
  public Resizing interpolation(Interpolation value) {
    return new Resizing(height, width, value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = ops.cast(LayerChecks.images(inputs), DataType.FLOAT32);
    return ops.resize(x, height, width, interpolation);
  }
}
