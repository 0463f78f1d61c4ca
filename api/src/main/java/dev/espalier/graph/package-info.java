/**
 * What a model computes, as primitive operations, independent of engines. Read {@link
 * dev.espalier.graph.Ops} (the functions that layers call), {@link dev.espalier.graph.Op} (the
 * primitives that an engine implements) and {@link dev.espalier.graph.Program} (one step to run)
 * first.
 */
@NullMarked
package dev.espalier.graph;

import org.jspecify.annotations.NullMarked;
