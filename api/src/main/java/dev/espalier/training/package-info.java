/**
 * What training is made of: {@link dev.espalier.training.Loss}, {@link
 * dev.espalier.training.Metric} and {@link dev.espalier.training.Optimizer} are traced to
 * primitives like layers; a {@link dev.espalier.training.Callback} watches and steers. The loop
 * itself is in {@code espalier-core}.
 */
@NullMarked
package dev.espalier.training;

import org.jspecify.annotations.NullMarked;
