/**
 * Callbacks with Keras' meaning: {@link dev.espalier.callbacks.ReduceLROnPlateau} reduces the
 * learning rate when a metric has stopped improving, {@link dev.espalier.callbacks.EarlyStopping}
 * ends training then, {@link dev.espalier.callbacks.TerminateOnNaN} ends one that went wrong, and
 * {@link dev.espalier.callbacks.BackupAndRestore} lets one survive the end of its process.
 */
@NullMarked
package dev.espalier.callbacks;

import org.jspecify.annotations.NullMarked;
