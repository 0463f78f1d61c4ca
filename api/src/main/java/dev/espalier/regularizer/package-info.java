/**
 * Penalties on the size of weights and activities, which are added to the loss. Read {@link
 * dev.espalier.regularizer.Regularizers} first.
 */
@NullMarked
package dev.espalier.regularizer;

import org.jspecify.annotations.NullMarked;
