/**
 * Callbacks with Keras' meaning: {@link dev.espalier.callbacks.ReduceLrOnPlateau} lowers the
 * learning rate when a figure no longer improves.
 */
@NullMarked
package dev.espalier.callbacks;

import org.jspecify.annotations.NullMarked;
