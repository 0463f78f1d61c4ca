package dev.espalier.layer.convolution;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;
import java.util.List;

/**
 * Cuts borders off images: {@code [batch, height, width, channels]} becomes {@code [batch, height -
 * top - bottom, width - left - right, channels]}. Immutable and thread-safe.
 *
 * @param top number of rows above, 0 or more
 * @param bottom number of rows below, 0 or more
 * @param left number of columns on the left, 0 or more
 * @param right number of columns on the right, 0 or more
 */
public record Cropping2D(int top, int bottom, int left, int right) implements Layer {
  /** Checks the ranges. */
  public Cropping2D {
    ArgumentChecks.notNegative("cropping at the top", top);
    ArgumentChecks.notNegative("cropping at the bottom", bottom);
    ArgumentChecks.notNegative("cropping at the left", left);
    ArgumentChecks.notNegative("cropping at the right", right);
  }

  /** Returns a layer with a number of rows or columns for each side. */
  public static Cropping2D of(int top, int bottom, int left, int right) {
    return new Cropping2D(top, bottom, left, right);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Tensor x = LayerChecks.images(inputs);
    long height = (long) x.shape().size(1) - top - bottom;
    long width = (long) x.shape().size(2) - left - right;
    if (height < 1 || width < 1) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "Nothing is left of images of the shape " + x.shape() + " after cropping.",
          "Cut off fewer rows and columns, or give larger images.");
    }
    return context
        .ops()
        .slice(x, List.of(0, top, left, 0), List.of(-1, (int) height, (int) width, -1));
  }
}
