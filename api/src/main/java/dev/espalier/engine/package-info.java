/**
 * Engines, which run programs. Users only name an engine; authors of engines read {@link
 * dev.espalier.engine.EngineProvider}, {@link dev.espalier.engine.Engine} and {@link
 * dev.espalier.engine.Session} first.
 */
@NullMarked
package dev.espalier.engine;

import org.jspecify.annotations.NullMarked;
