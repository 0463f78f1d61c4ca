/**
 * First values of weights, with Keras' names and rules. Read {@link
 * dev.espalier.initializer.Initializers} first.
 */
@NullMarked
package dev.espalier.initializer;

import org.jspecify.annotations.NullMarked;
