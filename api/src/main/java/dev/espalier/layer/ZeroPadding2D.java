package dev.espalier.layer;

import dev.espalier.graph.Tensor;

/** Zeros around images: rows above and below, columns left and right. Immutable. */
public record ZeroPadding2D(int top, int bottom, int left, int right) implements Layer {
  /** Checks the ranges. */
  public ZeroPadding2D {
    LayerChecks.notNegative("padding at the top", top);
    LayerChecks.notNegative("padding at the bottom", bottom);
    LayerChecks.notNegative("padding at the left", left);
    LayerChecks.notNegative("padding at the right", right);
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
