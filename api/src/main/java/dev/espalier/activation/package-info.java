/**
 * Activation functions of layers. {@link dev.espalier.activation.Activation} says how to write one
 * and holds the built-in ones.
 */
@NullMarked
package dev.espalier.activation;

import org.jspecify.annotations.NullMarked;
