/**
 * Engine-independent optimization of programs. Read {@link
 * dev.espalier.core.internal.passes.Passes} first.
 */
@NullMarked
package dev.espalier.core.internal.passes;

import org.jspecify.annotations.NullMarked;
