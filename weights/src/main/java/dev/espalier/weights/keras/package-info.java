/**
 * Weight files written by Keras; {@link dev.espalier.weights.keras.KerasLegacyHdf5} reads the
 * legacy {@code .h5} layout of the published files.
 */
@NullMarked
package dev.espalier.weights.keras;

import org.jspecify.annotations.NullMarked;
