/**
 * Rewrites programs, whatever the engine, so that they compute the same with less work. Read {@link
 * dev.espalier.core.internal.passes.Passes} first.
 */
@NullMarked
package dev.espalier.core.internal.passes;

import org.jspecify.annotations.NullMarked;
