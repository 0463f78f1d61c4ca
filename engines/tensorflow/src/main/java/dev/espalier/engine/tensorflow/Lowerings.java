package dev.espalier.engine.tensorflow;

import dev.espalier.engine.tensorflow.Lowering.Call;
import dev.espalier.engine.tensorflow.Lowering.Lowered;
import dev.espalier.graph.Op;
import java.util.HashMap;
import java.util.Map;

/**
 * The lowering of each primitive, by its class. {@link Op.Input}, {@link Op.ReadVariable} and
 * {@link Op.Gradients} are not here: they belong to a program as a whole and are the business of
 * {@link ProgramLowering}. Immutable.
 */
final class Lowerings {
  private static final Lowerings ALL =
      new Builder()
          .addAll(ElementwiseLowerings::register)
          .addAll(ReductionLowerings::register)
          .addAll(ConvolutionLowerings::register)
          .addAll(NormalizationLowerings::register)
          .addAll(ShapeLowerings::register)
          .addAll(ResizeLowerings::register)
          .build();

  private final Map<Class<? extends Op>, Lowering<?>> table;

  private Lowerings(Map<Class<? extends Op>, Lowering<?>> table) {
    this.table = Map.copyOf(table);
  }

  static Lowerings all() {
    return ALL;
  }

  boolean contains(Class<?> primitive) {
    return table.containsKey(primitive);
  }

  Lowered lower(Op op, Call call) {
    return lower(op.getClass(), op, call);
  }

  @SuppressWarnings("unchecked") // Builder.add pairs a class with the lowering of that class.
  private <T extends Op> Lowered lower(Class<T> type, Op op, Call call) {
    Lowering<T> lowering = (Lowering<T>) table.get(type);
    if (lowering == null) {
      throw new IllegalStateException("There is no lowering for " + op.primitive());
    }
    return lowering.lower(type.cast(op), call);
  }

  /** Collects lowerings. */
  static final class Builder {
    private final Map<Class<? extends Op>, Lowering<?>> table = new HashMap<>();

    <T extends Op> Builder add(Class<T> primitive, Lowering<T> lowering) {
      table.put(primitive, lowering);
      return this;
    }

    Builder addAll(java.util.function.Consumer<Builder> family) {
      family.accept(this);
      return this;
    }

    Lowerings build() {
      return new Lowerings(table);
    }
  }
}
