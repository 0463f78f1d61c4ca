/**
 * Callbacks with Keras' meaning: {@link dev.espalier.callbacks.ReduceLROnPlateau} reduces the
 * learning rate when a metric has stopped improving, {@link dev.espalier.callbacks.EarlyStopping}
 * stops training then, {@link dev.espalier.callbacks.TerminateOnNaN} stops it after a NaN loss, and
 * {@link dev.espalier.callbacks.BackupAndRestore} lets it survive the end of its process.
 */
@NullMarked
package dev.espalier.callbacks;

import org.jspecify.annotations.NullMarked;
