package dev.espalier.core.internal.data;

import java.util.function.BooleanSupplier;

/** Prepares the batches of a pass. Called by several workers at a time. */
interface BatchSource {
  /**
   * Returns the batch of the given samples.
   *
   * @param step index of the batch in the epoch
   * @param cancelled once true, the batch will not be used
   */
  Batch assemble(int[] indices, long epoch, int step, BooleanSupplier cancelled);
}
