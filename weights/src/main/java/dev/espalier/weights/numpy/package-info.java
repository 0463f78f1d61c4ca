/** Reads the arrays that NumPy saves. */
@NullMarked
package dev.espalier.weights.numpy;

import org.jspecify.annotations.NullMarked;
