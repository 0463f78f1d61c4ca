/** Pooling layers over windows and over whole images. */
@NullMarked
package dev.espalier.layer.pooling;

import org.jspecify.annotations.NullMarked;
