/**
 * Penalties on weights, which are added to the loss. Read {@link
 * dev.espalier.regularizer.Regularizers} and {@link dev.espalier.regularizer.Regularizer} first.
 */
@NullMarked
package dev.espalier.regularizer;

import org.jspecify.annotations.NullMarked;
