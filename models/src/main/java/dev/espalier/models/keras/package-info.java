/**
 * Weight files that Keras writes; {@link dev.espalier.models.keras.KerasLegacyHdf5} reads the
 * legacy {@code .h5} layout of the published files.
 */
@NullMarked
package dev.espalier.models.keras;

import org.jspecify.annotations.NullMarked;
