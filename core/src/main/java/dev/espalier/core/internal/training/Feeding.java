package dev.espalier.core.internal.training;

import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.engine.CompiledStep;

/** How the samples of a pass reach a step: as images, or as features that were computed before. */
interface Feeding {
  /** Returns the step that takes the batches. */
  CompiledStep step();

  /** Starts loading the batches of a pass. */
  BatchLoader.Pass start(BatchLoader loader, BatchPlan plan);

  /** Returns whether the batches still give what the whole model would compute. */
  boolean current();
}
