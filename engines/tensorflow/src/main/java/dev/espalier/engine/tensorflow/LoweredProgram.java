package dev.espalier.engine.tensorflow;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/**
 * A program lowered to a TensorFlow graph.
 *
 * @param inputs the placeholders to feed, by input name
 * @param outputs the tensors to fetch, by output name
 * @param updates the operation that updates the variables, null if there are no updates
 * @param scopes the layer for each name scope in the TensorFlow graph
 * @param operations the number of operations
 */
record LoweredProgram(
    Map<String, Output<?>> inputs,
    Map<String, Output<?>> outputs,
    @Nullable Operation updates,
    Map<String, String> scopes,
    int operations) {}
