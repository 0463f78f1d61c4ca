/** Checks and axes used by the built-in layers. Not for use outside of Espalier. */
@NullMarked
package dev.espalier.layer.internal;

import org.jspecify.annotations.NullMarked;
