/** Chooses the engine and manages what runs on it. */
@NullMarked
package dev.espalier.core.internal.engine;

import org.jspecify.annotations.NullMarked;
