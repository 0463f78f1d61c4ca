package dev.espalier.engine.lowering;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a primitive became.
 *
 * @param <V> what a tensor becomes
 * @param outputs one value for each output of the primitive
 * @param pullback how gradients flow back, null if none does
 */
public record Lowered<V>(List<V> outputs, @Nullable Pullback<V> pullback) {
  /** Copies the list. */
  public Lowered {
    outputs = List.copyOf(outputs);
  }

  /** Returns a value through which no gradient flows. */
  public static <V> Lowered<V> withoutGradient(V output) {
    return new Lowered<>(List.of(output), null);
  }

  /** Returns the only value of a primitive with one input. */
  public static <V> Lowered<V> unary(V output, UnaryOperator<V> derivative) {
    return new Lowered<>(List.of(output), (dy, wanted) -> List.of(derivative.apply(dy)));
  }

  /** Returns the only value of a primitive. */
  public static <V> Lowered<V> of(V output, Pullback<V> pullback) {
    return new Lowered<>(List.of(output), pullback);
  }
}
