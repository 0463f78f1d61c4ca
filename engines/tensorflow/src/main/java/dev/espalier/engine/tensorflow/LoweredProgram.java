package dev.espalier.engine.tensorflow;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/**
 * What a program became in a TensorFlow graph.
 *
 * @param inputs the placeholders to feed, by input name
 * @param outputs what to fetch, by output name
 * @param updates what to run so that variables change, null if none does
 * @param scopes the layer for each prefix of a TensorFlow name
 * @param operations how many there are
 */
record LoweredProgram(
    Map<String, Output<?>> inputs,
    Map<String, Output<?>> outputs,
    @Nullable Operation updates,
    Map<String, String> scopes,
    int operations) {}
