package dev.espalier.engine.lowering;

import dev.espalier.graph.Op;

/**
 * Lowers one kind of primitive to operations of an engine, including its gradient. Each engine has
 * one for every primitive, in a {@link LoweringTable}.
 *
 * @param <T> the primitive
 * @param <C> the engine's call context: the inputs and where to add operations
 * @param <V> the engine's representation of a tensor
 */
@FunctionalInterface
public interface Lowering<T extends Op, C, V> {
  /** Adds the operations for {@code op}. */
  Lowered<V> lower(T op, C call);
}
