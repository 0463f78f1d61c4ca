package dev.espalier.core.internal.program;

/** What a step takes of each sample: an image of one size, or the output of a layer. */
public sealed interface SampleInput permits ImageSize, LayerFeatures {}
