package dev.espalier.core.internal.training;

import dev.espalier.callback.BatchObservation;
import dev.espalier.core.internal.data.BatchContent;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchMixing;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.ImageFitting;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.data.SampleReader;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.data.Dataset;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.FitOptions;
import java.util.List;
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
  /**
   * Returns how a data set is fed to the whole training step, after checking it.
   *
   * @param epochsTrained from which augmentations derive the random numbers of the first epoch
   * @param observed what callbacks observe of each batch
   */
  static ImageFeeding forTraining(
      TrainerSession session,
      Dataset dataset,
      FitOptions options,
      Loading loading,
      long epochsTrained,
      BatchObservation observed) {
    long seed = session.config().seed();
    List<OutputTask> tasks =
        session.tasks(dataset.target(), !options.batchAugmentations().isEmpty());
    new TargetChecks(session.structure()).requireTrainable(dataset, options, tasks);
    ClassWeights weights = options.classWeights();
    BatchContent content =
        BatchContent.of(session.structure(), tasks)
            .training(
                new BatchMixing(options.batchAugmentations(), session.labelCount(tasks), seed),
                weights == null ? null : weights.of(dataset));
    BatchPlan.steps(dataset, loading); // rejects a data set without batches
    SampleReader reader =
        new SampleReader(dataset, options.augmentations(), session.labelCount(tasks), seed);
    ImageFitting fitting = reader.fitting(session.structure(), epochsTrained);
    ImageSize size = fitting.size();
    return new ImageFeeding(
        reader,
        content,
        fitting,
        () -> session.tracedTrainStep(size, tasks, observed),
        () -> session.trainStep(size, tasks, observed));
  }

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
