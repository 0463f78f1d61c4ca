package dev.espalier.data;

/**
 * An image with its class.
 *
 * @param label index into the class names of the data set
 */
public record Sample(Image image, int label) {}
