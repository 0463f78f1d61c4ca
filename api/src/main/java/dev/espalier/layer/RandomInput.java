package dev.espalier.layer;

import dev.espalier.graph.Shape;

/**
 * Uniform numbers that a traced model wants fed in each step.
 *
 * @param name of the program's input, and of the purpose in the derivation of the numbers
 * @param shape its first size may be the unknown batch
 */
public record RandomInput(String name, Shape shape) {}
