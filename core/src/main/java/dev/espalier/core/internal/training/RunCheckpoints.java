package dev.espalier.core.internal.training;

import dev.espalier.callback.TrainingControl;
import dev.espalier.core.internal.data.ImageFitting;
import dev.espalier.core.internal.file.Checkpoint;
import dev.espalier.core.internal.file.CheckpointFile;
import dev.espalier.core.internal.file.SafetensorsWriter;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.model.Weights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and reads the checkpoints of one run. A checkpoint is written only between hooks, when all
 * callbacks have seen the same events, so that their states are consistent. A checkpoint requested
 * during validation has the state before the validation, which is repeated after resuming. Not
 * thread-safe.
 */
final class RunCheckpoints {
  private static final Logger log = LoggerFactory.getLogger(RunCheckpoints.class);

  private final TrainerSession session;
  private final Dataset dataset;
  private final FitOptions options;
  private final CallbackList callbacks;
  private final HistoryRecorder recorder;
  private final ModelDescription description;
  private Checkpoint.@Nullable Run run;
  private @Nullable Prepared prepared;
  private int steps;
  private @Nullable Path requested;
  private @Nullable Path source;
  private @Nullable Checkpoint found;
  private @Nullable Moment beforeValidation;
  private boolean used;
  private boolean began;
  private boolean wroteOne;
  private boolean lastIsDamaged;

  /** What is known about a run before its first step. */
  private record Prepared(List<String> trainable, ImageFitting fitting) {}

  RunCheckpoints(
      TrainerSession session,
      Dataset dataset,
      FitOptions options,
      CallbackList callbacks,
      HistoryRecorder recorder,
      ModelDescription description) {
    this.session = session;
    this.dataset = dataset;
    this.options = options;
    this.callbacks = callbacks;
    this.recorder = recorder;
    this.description = description;
  }

  /**
   * Records what a checkpoint of this run must match.
   *
   * @param steps per epoch
   */
  void prepare(StepProgram step, ImageFitting fitting, int steps) {
    this.steps = steps;
    this.prepared = new Prepared(step.trained().stream().map(Variable::name).toList(), fitting);
  }

  /**
   * Computed on demand, because it reads data, which a training without checkpoints need not do.
   */
  private Checkpoint.Run run() {
    if (prepared == null) {
      throw new IllegalStateException("the run is not prepared");
    }
    if (run == null) {
      run =
          new Checkpoint.Run(
              session.config().seed(),
              prepared.trainable(),
              dataset.size(),
              prepared.fitting().toString(),
              options.batchSize(),
              options.shuffle(),
              options.dropRemainder(),
              TrainingDescription.of(session.structure(), session.config(), dataset, options));
    }
    return run;
  }

  /** Requests a checkpoint at the next possible moment. */
  void request(Path file) {
    requested = file;
    used = true;
  }

  /**
   * Reads a checkpoint to resume from; if it is damaged or missing, the previous one.
   *
   * @throws EspalierException if neither can be used; nothing is changed then
   */
  void resumeFrom(Path file, RunControl control) {
    if (began) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Training has begun, so it cannot resume from the checkpoint " + file + ".",
          "Call resumeFrom in onTrainBegin.");
    }
    Checkpoint checkpoint;
    Path read = file;
    try {
      checkpoint = CheckpointFile.read(file);
    } catch (EspalierException e) {
      read = TrainingControl.previousCheckpoint(file);
      checkpoint = readInstead(read, e);
      lastIsDamaged = true;
      control.message(e.problem() + " The one before it is used instead.");
    }
    requireSameRun(read, checkpoint);
    found = checkpoint;
    source = read;
    used = true;
  }

  /** Reads the previous checkpoint, if it exists and is valid. */
  private static Checkpoint readInstead(Path previous, EspalierException problem) {
    if (!Files.exists(previous)) {
      throw problem;
    }
    try {
      return CheckpointFile.read(previous);
    } catch (EspalierException e) {
      problem.addSuppressed(e);
      throw problem;
    }
  }

  private void requireSameRun(Path file, Checkpoint checkpoint) {
    List<String> differences = checkpoint.run().differences(run());
    if (!differences.isEmpty()) {
      throw anotherTraining(file, String.join("; ", differences) + ".", null);
    }
    try {
      session.structure().withWeights(checkpoint.weights());
    } catch (EspalierException e) {
      throw anotherTraining(file, e.problem(), e);
    }
    String slots = slotDifference(checkpoint.slots(), session.slotTypes());
    if (slots != null) {
      throw anotherTraining(file, slots, null);
    }
    if (checkpoint.step() > steps) {
      throw anotherTraining(
          file,
          "it is at step " + checkpoint.step() + " of an epoch, which has " + steps + ".",
          null);
    }
  }

  private static @Nullable String slotDifference(Weights then, Map<String, TensorType> now) {
    for (String name : then.names()) {
      if (!now.containsKey(name)) {
        return "the optimizer kept " + name + ", and no longer does.";
      }
      if (!then.get(name).type().equals(now.get(name))) {
        return name + " was " + then.get(name).type() + " and is " + now.get(name) + ".";
      }
    }
    for (String name : now.keySet()) {
      if (!then.contains(name)) {
        return "the optimizer keeps " + name + ", and did not before.";
      }
    }
    return null;
  }

  private static EspalierException anotherTraining(
      Path file, String difference, @Nullable EspalierException cause) {
    return new EspalierException(
        ErrorCode.INVALID_TRAINING_SETTING,
        "The checkpoint " + file + " belongs to another training: " + difference,
        "Resume with the original settings, or delete the checkpoint to start over; to"
            + " use only its weights, load it as a model.",
        cause);
  }

  /**
   * Returns the checkpoint to resume from, or null; resuming can no longer be requested afterwards.
   */
  @Nullable Checkpoint found() {
    began = true;
    return found;
  }

  /** Restores the state of the run from a checkpoint. */
  void restore(Checkpoint checkpoint, RunControl control, RunningMetrics metrics) {
    session.restore(checkpoint);
    recorder.restore(checkpoint.history());
    metrics.restore(checkpoint.sums());
    callbacks
        .restoreStates(checkpoint.callbacks())
        .forEach(
            type ->
                control.message(
                    "The checkpoint holds what a callback "
                        + type
                        + " saved, but there is no such callback now."));
    control.message(
        checkpoint.epoch() >= options.epochs()
            ? "The training of " + source + " is complete."
            : "Resuming from "
                + source
                + " at epoch "
                + (checkpoint.epoch() + 1)
                + where(checkpoint));
  }

  private String where(Checkpoint checkpoint) {
    return checkpoint.step() == 0
        ? "."
        : ", step " + (checkpoint.step() + 1) + " of " + steps + ".";
  }

  /**
   * The contents of a checkpoint without weights and slots.
   *
   * @param changes number of changes to weights and slots so far, other than by steps
   */
  private record Moment(
      int epoch,
      int step,
      long epochsTrained,
      long stepsTrained,
      Checkpoint.Rate learningRate,
      Checkpoint.Sums sums,
      List<History.Epoch> history,
      List<Checkpoint.Carried> callbacks,
      long changes) {}

  private Moment moment(int epoch, int step, RunningMetrics metrics) {
    return new Moment(
        epoch,
        step,
        session.epochsTrained(),
        session.stepsTrained(),
        session.learningRate().toCheckpoint(),
        metrics.sums(),
        recorder.epochs(),
        callbacks.states(),
        session.changes());
  }

  /**
   * Writes the requested checkpoint, if any.
   *
   * @param epoch to resume in
   * @param step to resume with
   */
  void writeRequested(RunControl control, int epoch, int step, RunningMetrics metrics) {
    if (requested != null) {
      write(control, requested, moment(epoch, step, metrics));
    }
  }

  /** Records the state of the training, for a checkpoint requested during validation. */
  void validationBegins(int epoch, int step, RunningMetrics metrics) {
    beforeValidation = used ? moment(epoch, step, metrics) : null;
  }

  /**
   * Writes a checkpoint requested during validation, if any. If a callback has changed the weights
   * for validation, it is deferred to the end of the epoch.
   */
  void writeRequestedInValidation(RunControl control) {
    Moment moment = beforeValidation;
    if (requested != null && moment != null && moment.changes() == session.changes()) {
      write(control, requested, moment);
    }
  }

  private void write(RunControl control, Path file, Moment moment) {
    requested = null;
    Checkpoint checkpoint =
        new Checkpoint(
            run(),
            moment.epoch(),
            moment.step(),
            moment.epochsTrained(),
            moment.stepsTrained(),
            moment.learningRate(),
            moment.sums(),
            moment.history(),
            moment.callbacks(),
            session.weights(),
            session.slots());
    try {
      CheckpointFile.write(
          file,
          lastIsDamaged ? null : TrainingControl.previousCheckpoint(file),
          description.metadata(session.structure()),
          checkpoint);
      wroteOne = true;
      lastIsDamaged = false;
      log.debug(
          "Wrote the checkpoint {} at epoch {}, step {}.", file, moment.epoch() + 1, moment.step());
    } catch (EspalierException e) {
      if (!wroteOne || e.code() != ErrorCode.FILE_NOT_WRITABLE) {
        throw e;
      }
      // A failed backup must not end hours of training.
      control.warning("No checkpoint was written; training continues. " + e.problem());
    }
  }

  /** Saves the current model to a model file; training cannot be resumed from it. */
  void saveModel(Path file, Map<String, String> metadata) {
    Map<String, String> all = new TreeMap<>(metadata);
    all.putAll(description.metadata(session.structure()));
    saveWeights(file, all);
  }

  /** Saves the current weights without the model. */
  void saveWeights(Path file, Map<String, String> metadata) {
    SafetensorsWriter.write(file, session.weights().withMetadata(metadata));
  }
}
