/**
 * Contract tests of engines: extend {@link dev.espalier.testkit.engine.EngineContract} in the tests
 * of an engine. {@link dev.espalier.testkit.engine.ReferencePrimitives} computes the expected
 * values of each primitive in plain Java and double precision.
 */
@NullMarked
package dev.espalier.testkit.engine;

import org.jspecify.annotations.NullMarked;
