/**
 * Callbacks with Keras' meaning: {@link dev.espalier.callbacks.ReduceLrOnPlateau} lowers the
 * learning rate when a figure no longer improves, {@link dev.espalier.callbacks.EarlyStopping} ends
 * training then, {@link dev.espalier.callbacks.TerminateOnNaN} ends one that went wrong, and {@link
 * dev.espalier.callbacks.BackupAndRestore} lets one survive the end of its process.
 */
@NullMarked
package dev.espalier.callbacks;

import org.jspecify.annotations.NullMarked;
