package dev.espalier.engine.tensorflow;

import dev.espalier.engine.OperatorOrigin;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/**
 * A program lowered to a TensorFlow graph.
 *
 * @param inputs the placeholders to feed, by input name
 * @param outputs the tensors to fetch, by output name
 * @param updates the operation that updates the variables, null if there are no updates
 * @param origins what the operations of each name scope of the TensorFlow graph are a part of
 * @param operations the number of operations
 */
record LoweredProgram(
    Map<String, Output<?>> inputs,
    Map<String, Output<?>> outputs,
    @Nullable Operation updates,
    Map<String, OperatorOrigin> origins,
    int operations) {
  /** Returns the layer for each name scope in the TensorFlow graph. */
  Map<String, String> scopes() {
    return origins.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, origin -> origin.getValue().layer()));
  }
}
