/**
 * How a model is trained and evaluated. Read {@link dev.espalier.training.TrainingConfig} (loss,
 * optimizer, metrics), {@link dev.espalier.training.FitOptions} (epochs, batches, callbacks) and
 * {@link dev.espalier.training.Step} (what a training step computes) first. The loop itself is in
 * {@code espalier-core}.
 */
@NullMarked
package dev.espalier.training;

import org.jspecify.annotations.NullMarked;
