/** Reads the checkpoints of TensorFlow. */
@NullMarked
package dev.espalier.weights.tensorflow;

import org.jspecify.annotations.NullMarked;
