package dev.espalier.core.internal.program;

/**
 * The output of a layer that was computed before, so that a step computes the layers after it only.
 * Immutable.
 *
 * @param layer name of a layer of the model itself, or of one output of a layer with several
 */
public record LayerFeatures(String layer) implements SampleInput {}
