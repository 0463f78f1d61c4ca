package dev.espalier.layer.internal;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;

/** Checks that several layers use. */
public final class LayerChecks {
  private LayerChecks() {}

  /** Returns the only input. */
  public static Tensor single(Tensor... inputs) {
    if (inputs.length != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer takes one input and was connected to " + inputs.length + ".",
          "Merge them first, with Add, Multiply or Concatenate.");
    }
    return inputs[0];
  }

  /** Returns the only input, which must be images. */
  public static Tensor images(Tensor... inputs) {
    Tensor x = single(inputs);
    if (x.shape().rank() != 4) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The input has the shape " + x.shape() + ".",
          "Images have four axes: (batch, height, width, channels).");
    }
    return x;
  }

  /** Returns a shape, which must be that of sequences. */
  public static Shape sequence(Shape shape) {
    if (shape.rank() != 3) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The input has the shape " + shape + ".",
          "Sequences have three axes: (batch, positions, size); use Reshape to turn an"
              + " image into a sequence.");
    }
    return shape;
  }

  public static void several(Tensor... inputs) {
    if (inputs.length < 2) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer merges several inputs and was connected to " + inputs.length + ".",
          "Connect it to two or more.");
    }
  }
}
