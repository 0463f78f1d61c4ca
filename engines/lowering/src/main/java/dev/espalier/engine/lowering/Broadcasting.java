package dev.espalier.engine.lowering;

import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Determines how a shape was broadcast, so that gradients can undo it. */
public final class Broadcasting {
  private Broadcasting() {}

  /**
   * Returns the axes of {@code result} along which {@code source} was repeated, in ascending order.
   * The gradient with respect to the source is the sum over these axes, reshaped to {@code source}.
   */
  public static List<Integer> repeatedAxes(Shape source, Shape result) {
    int missing = result.rank() - source.rank();
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < result.rank(); axis++) {
      boolean repeated =
          axis < missing || (source.size(axis - missing) == 1 && result.size(axis) != 1);
      if (repeated) {
        axes.add(axis);
      }
    }
    return axes;
  }
}
