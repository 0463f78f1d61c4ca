package dev.espalier.engine.lowering;

import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Adds the operations that map the gradient of a scalar with respect to a primitive's first output
 * to its gradients with respect to the inputs. Further outputs, such as the mean and variance of a
 * batch, do not propagate gradients.
 *
 * @param <V> the engine's representation of a tensor
 */
@FunctionalInterface
public interface Pullback<V> {
  /**
   * Returns one gradient per input, null for an input without one.
   *
   * @param dy gradient in the shape of the first output
   * @param wanted whether the gradient of the input at an index is used; the others may be null
   */
  List<@Nullable V> apply(V dy, IntPredicate wanted);
}
