/** Checks and axes that the built-in layers share. Not for use outside of Espalier. */
@NullMarked
package dev.espalier.layer.internal;

import org.jspecify.annotations.NullMarked;
