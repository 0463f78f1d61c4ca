/**
 * Files written by Keras. {@link dev.espalier.weights.keras.KerasLegacyHdf5}, {@link
 * dev.espalier.weights.keras.KerasWeightsHdf5} and {@link dev.espalier.weights.keras.KerasArchive}
 * read weights, {@link dev.espalier.weights.keras.KerasModel} reads whole models.
 */
@NullMarked
package dev.espalier.weights.keras;

import org.jspecify.annotations.NullMarked;
