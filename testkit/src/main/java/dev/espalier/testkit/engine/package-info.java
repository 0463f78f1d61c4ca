/**
 * The contract of engines: extend {@link dev.espalier.testkit.engine.EngineContract} in the tests
 * of an engine. What each primitive should give is computed by {@link
 * dev.espalier.testkit.engine.ReferencePrimitives} in plain Java and double precision.
 */
@NullMarked
package dev.espalier.testkit.engine;

import org.jspecify.annotations.NullMarked;
