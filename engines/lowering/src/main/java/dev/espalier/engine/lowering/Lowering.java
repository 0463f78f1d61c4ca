package dev.espalier.engine.lowering;

import dev.espalier.graph.Op;

/**
 * How one kind of primitive becomes operations of an engine, and how gradients flow back through
 * them. Each engine has one for every primitive, in a {@link LoweringTable}.
 *
 * @param <T> the primitive
 * @param <C> what an engine hands to a lowering: the inputs and where to add operations
 * @param <V> what a tensor becomes
 */
@FunctionalInterface
public interface Lowering<T extends Op, C, V> {
  /** Adds the operations of {@code op}. */
  Lowered<V> lower(T op, C call);
}
