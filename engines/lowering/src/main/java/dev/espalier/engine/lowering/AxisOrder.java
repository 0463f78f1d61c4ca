package dev.espalier.engine.lowering;

import java.util.ArrayList;
import java.util.List;

/**
 * An order of the axes of a tensor. Immutable.
 *
 * @param axes the axis of the tensor that comes at each position; each axis once
 */
public record AxisOrder(List<Integer> axes) {
  /** Copies the list. */
  public AxisOrder {
    axes = List.copyOf(axes);
  }

  /** Returns the order that undoes this one. */
  public AxisOrder inverse() {
    List<Integer> inverse = new ArrayList<>(axes);
    for (int i = 0; i < axes.size(); i++) {
      inverse.set(axes.get(i), i);
    }
    return new AxisOrder(inverse);
  }
}
