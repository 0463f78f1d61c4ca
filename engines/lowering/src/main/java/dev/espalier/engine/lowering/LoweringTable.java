package dev.espalier.engine.lowering;

import dev.espalier.graph.Op;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The lowering of each primitive, by its class. {@link Op.Input}, {@link Op.ReadVariable} and
 * {@link Op.Gradients} are not in it: they belong to a program as a whole and are the business of
 * {@link ProgramLowering}. Immutable.
 *
 * @param <C> what an engine hands to a lowering
 * @param <V> what a tensor becomes
 */
public final class LoweringTable<C, V> {
  private final Map<Class<? extends Op>, Lowering<?, C, V>> table;

  private LoweringTable(Map<Class<? extends Op>, Lowering<?, C, V>> table) {
    this.table = Map.copyOf(table);
  }

  /** Returns a table that is filled by {@code families}, usually one for each family of ops. */
  public static <C, V> LoweringTable<C, V> of(Consumer<Builder<C, V>> families) {
    Builder<C, V> builder = new Builder<>();
    families.accept(builder);
    return new LoweringTable<>(builder.table);
  }

  /** Returns whether a kind of primitive can be lowered by itself. */
  public boolean contains(Class<?> primitive) {
    return table.containsKey(primitive);
  }

  Lowered<V> lower(Op op, C call) {
    return lower(op.getClass(), op, call);
  }

  @SuppressWarnings("unchecked") // Builder.add pairs a class with the lowering of that class.
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
   * @param <C> what an engine hands to a lowering
   * @param <V> what a tensor becomes
   */
  public static final class Builder<C, V> {
    private final Map<Class<? extends Op>, Lowering<?, C, V>> table = new HashMap<>();

    private Builder() {}

    /** Adds the lowering of a kind of primitive. */
    public <T extends Op> Builder<C, V> add(Class<T> primitive, Lowering<T, C, V> lowering) {
      table.put(primitive, lowering);
      return this;
    }
  }
}
