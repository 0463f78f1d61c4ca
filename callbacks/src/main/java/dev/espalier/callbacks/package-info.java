/**
 * Callbacks with Keras' meaning: {@link dev.espalier.callbacks.ReduceLrOnPlateau} lowers the
 * learning rate when a figure no longer improves, {@link dev.espalier.callbacks.BackupAndRestore}
 * lets a training survive the end of its process.
 */
@NullMarked
package dev.espalier.callbacks;

import org.jspecify.annotations.NullMarked;
