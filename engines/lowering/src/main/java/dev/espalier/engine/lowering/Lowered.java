package dev.espalier.engine.lowering;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The result of lowering a primitive.
 *
 * @param <V> the engine's representation of a tensor
 * @param outputs one value for each output of the primitive
 * @param pullback computes the gradients of the inputs, null if the primitive has none
 */
public record Lowered<V>(List<V> outputs, @Nullable Pullback<V> pullback) {
  /** Copies the list. */
  public Lowered {
    outputs = List.copyOf(outputs);
  }

  /** Returns a single output without a gradient. */
  public static <V> Lowered<V> withoutGradient(V output) {
    return new Lowered<>(List.of(output), null);
  }

  /**
   * Returns the output of a primitive with one input and one output.
   *
   * @param derivative maps the gradient of the output to that of the input
   */
  public static <V> Lowered<V> unary(V output, UnaryOperator<V> derivative) {
    return new Lowered<>(List.of(output), (dy, wanted) -> List.of(derivative.apply(dy)));
  }

  /** Returns the output of a primitive with one output. */
  public static <V> Lowered<V> of(V output, Pullback<V> pullback) {
    return new Lowered<>(List.of(output), pullback);
  }
}
