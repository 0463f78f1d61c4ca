package dev.espalier.core.internal.training;

import dev.espalier.core.internal.data.BatchContent;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.SampleReader;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.StepProgram;
import java.util.function.Supplier;

/**
 * Feeds images to a step that computes all layers.
 *
 * @param size of the images as fed
 * @param traced returns the step without compiling it
 * @param whole returns the step, which is compiled anew after a change of the model
 */
record ImageFeeding(
    SampleReader reader,
    BatchContent content,
    ImageSize size,
    Supplier<StepProgram> traced,
    Supplier<CompiledStep> whole)
    implements Feeding {
  @Override
  public CompiledStep step() {
    return whole.get();
  }

  @Override
  public BatchLoader.Pass start(BatchLoader loader, BatchPlan plan) {
    return loader.start(reader, content, plan, size);
  }

  @Override
  public boolean current() {
    return true;
  }
}
