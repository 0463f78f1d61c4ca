package dev.espalier.core.internal.training;

import dev.espalier.callback.BatchObservation;
import dev.espalier.core.internal.data.BatchContent;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchMixing;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.FeatureContent;
import dev.espalier.core.internal.data.FeatureDataset;
import dev.espalier.core.internal.data.ImageFitting;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.data.SampleReader;
import dev.espalier.core.internal.data.TargetFeed;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.program.LayerFeatures;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.program.SampleInput;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.data.Dataset;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.model.Model;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.FitOptions;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the samples of a data set as they are: images to a step that computes all layers, or
 * features to one that computes the layers after them.
 *
 * @param fitting how images are brought to the size that is fed
 * @param traced returns the step without compiling it
 * @param whole returns the step, which is compiled anew after a change of the model
 * @param passes starts loading batches
 */
record SampleFeeding(
    Dataset dataset,
    ImageFitting fitting,
    Supplier<StepProgram> traced,
    Supplier<CompiledStep> whole,
    Passes passes)
    implements Feeding {

  /** Starts loading the batches of a pass. */
  @FunctionalInterface
  interface Passes {
    BatchLoader.Pass start(BatchLoader loader, BatchPlan plan);
  }

  /**
   * Returns how a data set is fed to the training step, after checking it.
   *
   * @param epochsTrained from which augmentations derive the random numbers of the first epoch
   * @param observed what callbacks observe of each batch
   */
  static SampleFeeding forTraining(
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
    if (dataset instanceof FeatureDataset features) {
      new FeatureChecks(session.structure(), features).requireTrainable(options, observed);
    }
    ClassWeights weights = options.classWeights();
    BatchContent content =
        BatchContent.of(session.structure(), tasks)
            .training(
                new BatchMixing(options.batchAugmentations(), session.labelCount(tasks), seed),
                weights == null ? null : weights.of(dataset));
    BatchPlan.steps(dataset, loading); // rejects a data set without batches
    SampleReader reader =
        new SampleReader(dataset, options.augmentations(), session.labelCount(tasks), seed);
    return of(
        session.structure(),
        reader,
        content,
        epochsTrained,
        input -> session.tracedTrainStep(input, tasks, observed),
        input -> session.trainStep(input, tasks, observed));
  }

  /** Returns how a data set is fed to the evaluation step, after checking it. */
  static SampleFeeding forEvaluation(TrainerSession session, Dataset dataset, Loading loading) {
    List<OutputTask> tasks = session.tasks(dataset.target(), false);
    new TargetChecks(session.structure()).requireMeasurable(dataset, tasks);
    BatchPlan.steps(dataset, loading); // rejects a data set without batches
    return of(
        session.structure(),
        new SampleReader(dataset, List.of(), session.labelCount(tasks), 0),
        BatchContent.of(session.structure(), tasks),
        0,
        input -> session.tracedEvaluateStep(input, tasks),
        input -> session.evaluateStep(input, tasks));
  }

  private static SampleFeeding of(
      Model model,
      SampleReader reader,
      BatchContent content,
      long epoch,
      Function<SampleInput, StepProgram> traced,
      Function<SampleInput, CompiledStep> whole) {
    if (reader.dataset() instanceof FeatureDataset features) {
      Shape shape = new FeatureChecks(model, features).requireFitting(reader.labelCount());
      FeatureContent batches =
          new FeatureContent(
              features,
              shape,
              content.targets().stream().map(TargetFeed::feed).toList(),
              content.classWeights());
      SampleInput input = new LayerFeatures(features.layer());
      return new SampleFeeding(
          features,
          new ImageFitting(ProgramBuilder.inputSize(model), model.inferenceSettings()),
          () -> traced.apply(input),
          () -> whole.apply(input),
          (loader, plan) -> loader.start(batches, plan));
    }
    ImageFitting fitting = reader.fitting(model, epoch);
    return new SampleFeeding(
        reader.dataset(),
        fitting,
        () -> traced.apply(fitting.size()),
        () -> whole.apply(fitting.size()),
        (loader, plan) -> loader.start(reader, content, plan, fitting));
  }

  /** Returns the size of the images that are fed, or null if features are. */
  @Nullable Size2d imageSize() {
    return dataset instanceof FeatureDataset
        ? null
        : new Size2d(fitting.size().height(), fitting.size().width());
  }

  @Override
  public CompiledStep step() {
    return whole.get();
  }

  @Override
  public BatchLoader.Pass start(BatchLoader loader, BatchPlan plan) {
    return passes.start(loader, plan);
  }

  @Override
  public boolean current() {
    return true;
  }
}
