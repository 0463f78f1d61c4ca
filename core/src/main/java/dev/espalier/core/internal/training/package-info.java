/**
 * The training, evaluation and prediction loops. Read {@link
 * dev.espalier.core.internal.training.FitLoop} and {@link
 * dev.espalier.core.internal.training.TrainerSession} first.
 */
@NullMarked
package dev.espalier.core.internal.training;

import org.jspecify.annotations.NullMarked;
