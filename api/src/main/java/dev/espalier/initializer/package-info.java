/**
 * Initial values of weights, with Keras' names and formulas. Read {@link
 * dev.espalier.initializer.Initializers} and {@link dev.espalier.initializer.VarianceScaling}
 * first.
 */
@NullMarked
package dev.espalier.initializer;

import org.jspecify.annotations.NullMarked;
