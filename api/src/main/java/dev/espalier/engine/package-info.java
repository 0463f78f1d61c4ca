/**
 * What runs programs. Users name an engine; authors of engines implement {@link
 * dev.espalier.engine.EngineProvider}, {@link dev.espalier.engine.Engine} and {@link
 * dev.espalier.engine.Session}.
 */
@NullMarked
package dev.espalier.engine;

import org.jspecify.annotations.NullMarked;
