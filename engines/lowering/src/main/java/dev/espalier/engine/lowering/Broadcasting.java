package dev.espalier.engine.lowering;

import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** What broadcasting did to a shape, to be undone in gradients. */
public final class Broadcasting {
  private Broadcasting() {}

  /**
   * Returns the axes of {@code result} along which {@code source} was repeated, ascending. The
   * gradient of what was repeated is the sum over these axes, in the shape {@code source}.
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
