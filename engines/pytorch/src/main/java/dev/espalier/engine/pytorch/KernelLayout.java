package dev.espalier.engine.pytorch;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.List;

/**
 * How variables with four axes, which are the kernels of convolutions, lie in PyTorch's memory. We
 * see them as {@code [height, width, in, out]}; stored as {@code [out, height, width, in]} they are
 * what PyTorch calls channels-last and what its fastest kernels want, so that nothing is moved in a
 * step: the operators for gradients and updates keep the order.
 */
final class KernelLayout {
  /** The number of axes of variables that are stored in this way. */
  static final int RANK = 4;

  /** Axis i as it is stored is this axis as it is seen. */
  static final List<Integer> STORED = List.of(3, 0, 1, 2);

  /** Axis i as it is seen is this axis as it is stored. */
  static final List<Integer> SEEN = List.of(1, 2, 3, 0);

  private KernelLayout() {}

  /** Returns the elements of a float32 kernel in the order in which they are stored. */
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
