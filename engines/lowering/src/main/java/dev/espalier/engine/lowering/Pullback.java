package dev.espalier.engine.lowering;

import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Adds what maps the gradient of a scalar with respect to a primitive's first output to those with
 * respect to its inputs. Further outputs (mean and variance of a batch) pass no gradient on.
 *
 * @param <V> what a tensor becomes
 */
@FunctionalInterface
public interface Pullback<V> {
  /**
   * Returns one gradient per input, null for an input that gets none.
   *
   * @param dy of the shape of the first output
   * @param wanted whether the gradient of the input of a number is used; others may be null
   */
  List<@Nullable V> apply(V dy, IntPredicate wanted);
}
