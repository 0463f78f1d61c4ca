/** MNIST and Fashion-MNIST from their IDX files. */
@NullMarked
package dev.espalier.datasets.mnist;

import org.jspecify.annotations.NullMarked;
