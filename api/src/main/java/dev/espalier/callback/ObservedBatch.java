package dev.espalier.callback;

import dev.espalier.graph.HostArray;
import dev.espalier.stability.Incubating;
import java.util.Map;

/**
 * What callbacks asked to observe of a training batch. Its arrays may be reused after the hook
 * returns: copy what you keep.
 *
 * @param inputs what was fed, by name, such as {@code image} (uint8 {@code [batch, height, width,
 *     channels]}), {@code label} and {@code sample_weight}; empty if no callback asked for them
 * @param gradients requested gradients of the loss by the name of the variable, before clipping
 */
@Incubating
public record ObservedBatch(Map<String, HostArray> inputs, Map<String, HostArray> gradients) {
  /** Copies the maps. */
  public ObservedBatch {
    inputs = Map.copyOf(inputs);
    gradients = Map.copyOf(gradients);
  }
}
