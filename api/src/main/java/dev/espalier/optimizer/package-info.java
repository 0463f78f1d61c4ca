/**
 * Optimizers. {@link dev.espalier.optimizer.Optimizer} says how to write one; {@link
 * dev.espalier.optimizer.Adam} is an example.
 */
@NullMarked
package dev.espalier.optimizer;

import org.jspecify.annotations.NullMarked;
