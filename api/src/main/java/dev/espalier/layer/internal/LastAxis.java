package dev.espalier.layer.internal;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;

/** Products of all vectors along the last axis of a tensor with one matrix. */
public final class LastAxis {
  private LastAxis() {}

  /** Returns x {@code [batch, ..., in]} times a matrix {@code [in, out]}. */
  public static Tensor multiply(Ops ops, Tensor x, Tensor matrix) {
    Shape shape = x.shape();
    if (shape.rank() == 2) {
      return ops.matMul(x, matrix);
    }
    // As a convolution with a window of one pixel, which leaves the batch axis alone.
    int width = matrix.shape().size(0);
    int units = matrix.shape().size(1);
    int positions = shape.withoutBatch().with(-1, 1).arrayLength();
    Tensor pixels = ops.reshape(x, Shape.of(shape.size(0), positions, 1, width));
    Tensor window = ops.reshape(matrix, Shape.of(1, 1, width, units));
    Size2d one = Size2d.square(1);
    Tensor result = ops.conv2d(pixels, window, one, Padding.VALID, one);
    return ops.reshape(result, shape.with(-1, units));
  }
}
