/** Argument checks used by several packages. Not for use outside of Espalier. */
@NullMarked
package dev.espalier.internal;

import org.jspecify.annotations.NullMarked;
