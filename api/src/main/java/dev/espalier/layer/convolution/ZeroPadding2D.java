package dev.espalier.layer.convolution;

import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Pads images with zeros: {@code [batch, height, width, channels]} becomes {@code [batch, top +
 * height + bottom, left + width + right, channels]}. Immutable and thread-safe.
 *
 * @param top number of rows above, 0 or more
 * @param bottom number of rows below, 0 or more
 * @param left number of columns on the left, 0 or more
 * @param right number of columns on the right, 0 or more
 */
public record ZeroPadding2D(int top, int bottom, int left, int right) implements Layer {
  /** Checks the ranges. */
  public ZeroPadding2D {
    ArgumentChecks.notNegative("padding at the top", top);
    ArgumentChecks.notNegative("padding at the bottom", bottom);
    ArgumentChecks.notNegative("padding at the left", left);
    ArgumentChecks.notNegative("padding at the right", right);
  }

  /** Returns a layer with a number of rows or columns for each side. */
  public static ZeroPadding2D of(int top, int bottom, int left, int right) {
    return new ZeroPadding2D(top, bottom, left, right);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    return context.ops().pad2d(LayerChecks.images(inputs), top, bottom, left, right);
  }
}
