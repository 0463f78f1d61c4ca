package dev.espalier.regularizer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * A penalty on weights that is added to the loss. Implementations are immutable and thread-safe; a
 * record is written to model files with the layer that uses it.
 */
public interface Regularizer {
  /**
   * Returns the penalty, a float32 number that is added to the loss.
   *
   * @param weight the values of a variable, float32 of any shape
   */
  Tensor penalty(Ops ops, Tensor weight);
}
