/**
 * Losses, the objectives that training minimizes. {@link dev.espalier.loss.Loss} says how to write
 * one, {@link dev.espalier.loss.Losses} lists the built-in ones.
 */
@NullMarked
package dev.espalier.loss;

import org.jspecify.annotations.NullMarked;
