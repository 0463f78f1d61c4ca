package dev.espalier.core.internal.training;

import dev.espalier.core.internal.data.BatchContent;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.ImageFitting;
import dev.espalier.core.internal.data.SampleReader;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.program.StepProgram;
import java.util.function.Supplier;

/**
 * Feeds images to a step that computes all layers.
 *
 * @param fitting how images are brought to the size that is fed
 * @param traced returns the step without compiling it
 * @param whole returns the step, which is compiled anew after a change of the model
 */
record ImageFeeding(
    SampleReader reader,
    BatchContent content,
    ImageFitting fitting,
    Supplier<StepProgram> traced,
    Supplier<CompiledStep> whole)
    implements Feeding {
  @Override
  public CompiledStep step() {
    return whole.get();
  }

  @Override
  public BatchLoader.Pass start(BatchLoader loader, BatchPlan plan) {
    return loader.start(reader, content, plan, fitting);
  }

  @Override
  public boolean current() {
    return true;
  }
}
