/**
 * Computes a batch in slices of a few samples, each on one thread: {@link
 * dev.espalier.engine.slices.SlicedExecution} runs a program so, an engine gives it the {@link
 * dev.espalier.engine.slices.ProgramPart parts} to run.
 */
@NullMarked
package dev.espalier.engine.slices;

import org.jspecify.annotations.NullMarked;
