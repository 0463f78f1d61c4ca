package dev.espalier.training;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * A figure that is reported beside the loss: the mean of a value per sample, over all samples of an
 * epoch. Implementations are immutable, usually records.
 */
public interface Metric {
  /** Which way a figure improves. */
  enum Direction {
    /** Larger is better, as for an accuracy. */
    UP,
    /** Smaller is better, as for an error. */
    DOWN
  }

  /** Returns the key in the logs, such as {@code accuracy}. */
  String name();

  /** Returns which way the figure improves. */
  Direction direction();

  /**
   * Returns the value of each sample, float32 {@code [batch]}.
   *
   * @param target class indices, int32 {@code [batch]}, or numbers of the prediction's shape
   * @param prediction the model's output, float32 {@code [batch, ...]}
   */
  Tensor call(Ops ops, Tensor target, Tensor prediction);

  /**
   * Returns whether the figure means something where a sample may have several classes, or none, so
   * that its row of targets holds a 1 for each. On {@linkplain
   * dev.espalier.data.Dataset#multiLabel() multi-label} data a metric that says no is refused.
   */
  default boolean acceptsMultiLabel() {
    return true;
  }
}
