package dev.espalier.core.internal.training;

import dev.espalier.callback.ObservedBatch;
import dev.espalier.callback.TrainingControl;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Goal;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A callback's access to one run. */
final class RunControl implements TrainingControl {
  private static final Logger log = LoggerFactory.getLogger(RunControl.class);

  private final TrainerSession session;
  private final Progress progress;
  private final EvaluationOptions evaluations;
  private final @Nullable RunCheckpoints checkpoints;
  private volatile @Nullable String stopReason;
  private @Nullable ObservedBatch batch;

  /**
   * Creates the control of a run.
   *
   * @param evaluations evaluates and predicts for callbacks, without hooks and progress
   * @param checkpoints of the training, or null for an evaluation
   */
  RunControl(
      TrainerSession session,
      Progress progress,
      EvaluationOptions evaluations,
      @Nullable RunCheckpoints checkpoints) {
    this.session = session;
    this.progress = progress;
    this.evaluations =
        new EvaluationOptions(
            evaluations.batchSize(),
            false,
            List.of(),
            evaluations.workers(),
            evaluations.prefetch(),
            Verbosity.SILENT,
            null);
    this.checkpoints = checkpoints;
  }

  /** Marks steps of the current epoch as done before the run was interrupted. */
  void doneBefore(int steps) {
    progress.display().doneBefore(steps);
  }

  /** Adds time that a step waited for its data. */
  void waitedForData(long nanos) {
    progress.display().waitedForData(nanos);
  }

  /** Called when all callbacks have seen the end of a test batch. */
  void testBatchEnded() {
    if (checkpoints != null) {
      checkpoints.writeRequestedInValidation(this);
    }
  }

  @Override
  public double learningRate() {
    return session.learningRate().next();
  }

  @Override
  public void setLearningRate(double learningRate) {
    session.use().requireNoOther("TrainingControl.setLearningRate");
    session.learningRate().set(learningRate);
  }

  @Override
  public boolean learningRateAdjustable() {
    return session.learningRate().adjustable();
  }

  @Override
  public synchronized void requestStop(String reason) {
    if (stopReason == null) {
      stopReason = reason;
    }
  }

  @Override
  public @Nullable String stopReason() {
    return stopReason;
  }

  @Override
  public @Nullable Goal goal(String monitor) {
    String name = monitor.startsWith("val_") ? monitor.substring("val_".length()) : monitor;
    return session.config().goal(name);
  }

  @Override
  public Model model() {
    session.use().requireNoOther("TrainingControl.model");
    return session.model();
  }

  @Override
  public Weights weights() {
    session.use().requireNoOther("TrainingControl.weights");
    return session.weights();
  }

  @Override
  public HostArray variable(String name) {
    session.use().requireNoOther("TrainingControl.variable");
    return session.variable(name);
  }

  @Override
  public Weights optimizerSlots() {
    session.use().requireNoOther("TrainingControl.optimizerSlots");
    return session.slots();
  }

  /** Sets the batch that callbacks can observe, or null. */
  void show(@Nullable ObservedBatch shown) {
    batch = shown;
  }

  @Override
  public ObservedBatch batch() {
    ObservedBatch shown = batch;
    if (shown == null) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "There is no batch to observe.",
          "Request it with observedBatch() of the callback, and read it in onTrainBatchEnd.");
    }
    return shown;
  }

  @Override
  public Evaluation evaluate(Dataset dataset) {
    session.use().requireNoOther("TrainingControl.evaluate");
    return new EvaluationLoop(session).evaluate(dataset, evaluations);
  }

  @Override
  public HostArray predict(Dataset dataset) {
    session.use().requireNoOther("TrainingControl.predict");
    return new OutputLoop(session).output(dataset, evaluations);
  }

  @Override
  public Map<String, HostArray> predictOutputs(Dataset dataset) {
    session.use().requireNoOther("TrainingControl.predictOutputs");
    return new OutputLoop(session).outputs(dataset, evaluations);
  }

  @Override
  public void setWeights(Weights weights) {
    session.use().requireNoOther("TrainingControl.setWeights");
    session.setWeights(weights);
  }

  @Override
  public void saveModel(Path file, Map<String, String> metadata) {
    checkpoints().saveModel(file, metadata);
  }

  @Override
  public void saveWeights(Path file, Map<String, String> metadata) {
    checkpoints().saveWeights(file, metadata);
  }

  @Override
  public void saveCheckpoint(Path file) {
    checkpoints().request(file);
  }

  @Override
  public void resumeFrom(Path file) {
    checkpoints().resumeFrom(file, this);
  }

  private RunCheckpoints checkpoints() {
    if (checkpoints == null) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "An evaluation has no checkpoints.",
          "Use this callback in a training.");
    }
    return checkpoints;
  }

  /** Shows a message like {@link #message}, which is logged as a warning. */
  void warning(String text) {
    progress.message(text);
    log.warn("{}", text);
  }

  /** Shows a message, and logs it, because an application may show nothing. */
  @Override
  public void message(String text) {
    progress.message(text);
    log.info("{}", text);
  }
}
