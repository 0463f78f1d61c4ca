package dev.espalier.engine.lowering;

import dev.espalier.graph.Op;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Maps each class of primitive to its lowering. {@link Op.Input}, {@link Op.ReadVariable} and
 * {@link Op.Gradients} are not in it: they concern the program as a whole and are handled by {@link
 * ProgramLowering}. Immutable.
 *
 * @param <C> the engine's call context
 * @param <V> the engine's representation of a tensor
 */
public final class LoweringTable<C, V> {
  private final Map<Class<? extends Op>, Lowering<?, C, V>> table;

  private LoweringTable(Map<Class<? extends Op>, Lowering<?, C, V>> table) {
    this.table = Map.copyOf(table);
  }

  /**
   * Returns a table filled by {@code families}, which usually adds one family of primitives after
   * the other.
   */
  public static <C, V> LoweringTable<C, V> of(Consumer<Builder<C, V>> families) {
    Builder<C, V> builder = new Builder<>();
    families.accept(builder);
    return new LoweringTable<>(builder.table);
  }

  /** Returns whether the table has a lowering for a class of primitive. */
  public boolean contains(Class<?> primitive) {
    return table.containsKey(primitive);
  }

  Lowered<V> lower(Op op, C call) {
    return lower(op.getClass(), op, call);
  }

  @SuppressWarnings("unchecked") // Builder.add guarantees that the lowering matches the class.
  private <T extends Op> Lowered<V> lower(Class<T> type, Op op, C call) {
    Lowering<T, C, V> lowering = (Lowering<T, C, V>) table.get(type);
    if (lowering == null) {
      throw new IllegalStateException("There is no lowering for " + op.primitive());
    }
    return lowering.lower(type.cast(op), call);
  }

  /**
   * Collects lowerings.
   *
   * @param <C> the engine's call context
   * @param <V> the engine's representation of a tensor
   */
  public static final class Builder<C, V> {
    private final Map<Class<? extends Op>, Lowering<?, C, V>> table = new HashMap<>();

    private Builder() {}

    /** Adds the lowering of a class of primitive. */
    public <T extends Op> Builder<C, V> add(Class<T> primitive, Lowering<T, C, V> lowering) {
      table.put(primitive, lowering);
      return this;
    }
  }
}
