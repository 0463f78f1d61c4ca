/** Bounded access to the bytes of weight files, shared by the readers of several formats. */
@NullMarked
package dev.espalier.weights.internal;

import org.jspecify.annotations.NullMarked;
