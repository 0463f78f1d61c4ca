package dev.espalier.training;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/** What training makes small. Implementations are immutable, usually records. */
public interface Loss {
  /** Returns the name users write, lower case with hyphens, such as {@code mean-squared-error}. */
  String name();

  /**
   * Returns the loss of each sample, float32 {@code [batch]}; training minimises its mean.
   *
   * @param target class indices, int32 {@code [batch]}, or numbers of the prediction's shape
   * @param prediction the model's output, float32 {@code [batch, ...]}
   */
  Tensor call(Ops ops, Tensor target, Tensor prediction);

  /**
   * Returns whether the loss makes sense where a sample may have several classes, or none, so that
   * its row of targets holds a 1 for each. Training on {@linkplain
   * dev.espalier.data.Dataset#multiLabel() multi-label} data refuses a loss that says no.
   */
  default boolean acceptsMultiLabel() {
    return true;
  }
}
