package dev.espalier.core.profile;

/**
 * The operators of one step that have something in common, such as their layer.
 *
 * @param name of the layer, primitive or operator; empty for what belongs to the step as a whole
 * @param milliseconds their time together
 * @param gradientMilliseconds the part of it that computes gradients
 * @param fraction the fraction of the time of the step, from 0 to 1
 * @param calls how often the engine ran an operator
 * @param bytes the size of their results, without those in the memory of an argument
 */
public record ProfileRow(
    String name,
    double milliseconds,
    double gradientMilliseconds,
    double fraction,
    int calls,
    long bytes) {}
