/**
 * Layers that turn pixels into the input of a model: {@link
 * dev.espalier.layer.preprocessing.Rescaling} and {@link
 * dev.espalier.layer.preprocessing.Normalization} change values, {@link
 * dev.espalier.layer.preprocessing.Resizing} changes the size.
 */
@NullMarked
package dev.espalier.layer.preprocessing;

import org.jspecify.annotations.NullMarked;
