package dev.espalier.regularizer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Says how much weights cost by their size. Implementations are immutable; a record is written to a
 * model file with the layer that has it.
 */
public interface Regularizer {
  /**
   * Returns the penalty, a float32 number that is added to the loss.
   *
   * @param weight the values of a variable, float32 of any shape
   */
  Tensor penalty(Ops ops, Tensor weight);
}
