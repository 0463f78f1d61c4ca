package dev.espalier.layer;

import dev.espalier.graph.Shape;

/**
 * Uniform random values that a traced model needs in each step.
 *
 * @param name name of the program's input, which also selects the stream of random numbers
 * @param shape shape of the values; its first size may be the unknown batch size
 */
public record RandomInput(String name, Shape shape) {}
