/**
 * Microbenchmarks of what the host does for a step: decoding, augmentations, batches, random
 * numbers and feeds. Started by {@code benchmarks/run-jmh}.
 */
@NullMarked
package dev.espalier.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
