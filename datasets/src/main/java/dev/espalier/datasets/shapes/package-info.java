/** Generated images of shapes, to try things without data. */
@NullMarked
package dev.espalier.datasets.shapes;

import org.jspecify.annotations.NullMarked;
