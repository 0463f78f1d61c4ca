package dev.espalier.loss;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * The objective that training minimizes. The trainer multiplies the loss of each sample by its
 * weight. Implementations are immutable and thread-safe, usually records.
 */
public interface Loss {
  /** Returns the name users write, lower case with hyphens, such as {@code mean-squared-error}. */
  String name();

  /**
   * Returns the loss of each sample, float32 {@code [batch]}; training minimizes its mean.
   *
   * @param target class indices, int32 {@code [batch]}, or numbers of the prediction's shape
   * @param prediction the model's output, float32 {@code [batch, ...]}
   */
  Tensor call(Ops ops, Tensor target, Tensor prediction);

  /**
   * Returns whether the loss supports a kind of targets; true by default. If not, a training with
   * such data fails with a message before its first step.
   */
  default boolean accepts(Target target) {
    return true;
  }
}
