package dev.espalier.layer;

import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LayerChecks;
import java.util.List;

/**
 * Concatenates two or more inputs along an axis. All other axes must have the same size. Immutable
 * and thread-safe.
 *
 * @param axis axis to concatenate along, counted from 0, the batch axis, or from the end if
 *     negative. The batch axis itself cannot be concatenated
 */
public record Concatenate(int axis) implements Layer {
  /** Checks the axis. */
  public Concatenate {
    ArgumentChecks.require(
        axis != 0,
        "axis of a concatenation",
        axis,
        "The batch axis cannot be concatenated; choose another axis.");
  }

  /** Returns a layer that joins along the last axis, the channels. */
  public static Concatenate create() {
    return new Concatenate(-1);
  }

  /** Returns this layer with another axis. */
  public Concatenate axis(int value) {
    return new Concatenate(value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    LayerChecks.several(inputs);
    return context.ops().concat(List.of(inputs), axis);
  }
}
