/** Checks that types of several packages share. Not for use outside of Espalier. */
@NullMarked
package dev.espalier.internal;

import org.jspecify.annotations.NullMarked;
