package dev.espalier.engine.pytorch;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.List;

/**
 * The memory layout of variables with four axes, which are convolution kernels. Programs see them
 * as {@code [height, width, in, out]}; they are stored as {@code [out, height, width, in]}, which
 * PyTorch calls channels-last and has its fastest kernels for. No data is moved during a step,
 * because the operators for gradients and updates preserve the layout.
 */
final class KernelLayout {
  /** The number of axes of variables with this layout. */
  static final int RANK = 4;

  /** Axis i of the stored kernel is this axis of the visible one. */
  static final List<Integer> STORED = List.of(3, 0, 1, 2);

  /** Axis i of the visible kernel is this axis of the stored one. */
  static final List<Integer> SEEN = List.of(1, 2, 3, 0);

  private KernelLayout() {}

  /** Returns the elements of a float32 kernel in storage order. */
  static HostArray toStored(HostArray kernel) {
    Shape shape = kernel.shape();
    int outputs = shape.size(3);
    float[] seen = kernel.toFloats();
    float[] stored = new float[seen.length];
    int rows = outputs == 0 ? 0 : seen.length / outputs;
    for (int row = 0; row < rows; row++) {
      for (int output = 0; output < outputs; output++) {
        stored[output * rows + row] = seen[row * outputs + output];
      }
    }
    return HostArray.wrap(Shape.of(outputs, shape.size(0), shape.size(1), shape.size(2)), stored);
  }
}
