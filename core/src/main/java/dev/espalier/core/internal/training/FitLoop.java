package dev.espalier.core.internal.training;

import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.callback.ObservedBatch;
import dev.espalier.core.internal.data.Batch;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.file.Checkpoint;
import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.Report;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Size2d;
import dev.espalier.metric.Evaluation;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains for some epochs. The order of hooks and the contents of the logs are Keras'; in addition,
 * the logs of every epoch contain {@code learning_rate}, that of its last step. Use an instance for
 * one fit.
 */
public final class FitLoop {
  private static final Logger log = LoggerFactory.getLogger(FitLoop.class);

  private final TrainerSession session;
  private final Dataset dataset;
  private final FitOptions options;
  private final Loading loading;
  private final HistoryRecorder recorder = new HistoryRecorder();
  private final CallbackList callbacks;
  private final RunCheckpoints checkpoints;
  private final RunControl control;
  private final EvaluationLoop evaluation;
  private final ModelDescription description;
  private final Progress progress;
  private final @Nullable RemoteSteps remote;
  private final SmallPixelWarning pixels = new SmallPixelWarning();
  private @Nullable SampleFeeding validationSamples;
  private boolean warnedOfLoss;

  /**
   * Prepares a training on a data set.
   *
   * @param description describes the model in checkpoints
   */
  public FitLoop(
      TrainerSession session, Dataset dataset, FitOptions options, ModelDescription description) {
    this(session, dataset, options, description, null);
  }

  /**
   * Prepares a training whose steps are computed elsewhere.
   *
   * @param remote computes them; null for the session
   */
  public FitLoop(
      TrainerSession session,
      Dataset dataset,
      FitOptions options,
      ModelDescription description,
      @Nullable RemoteSteps remote) {
    this.session = session;
    this.dataset = session.matchClasses(dataset);
    Dataset validation = options.validation();
    this.options =
        validation == null
            ? options
            : options.toBuilder()
                .validation(session.matchClasses(validation, this.dataset))
                .build();
    this.loading =
        Loaders.loading(
            options.batchSize(), options.dropRemainder(), options.workers(), options.prefetch());
    // Keras' order: additions of the user's callbacks are in the history and in the progress line.
    List<Callback> all = new ArrayList<>(options.callbacks());
    all.add(recorder);
    this.progress = Progress.of(all, options.output(), options.verbosity());
    this.callbacks = new CallbackList(progress.callbacks());
    this.checkpoints =
        new RunCheckpoints(session, this.dataset, this.options, callbacks, recorder, description);
    this.control = new RunControl(session, progress, options.validationOptions(), checkpoints);
    this.evaluation = new EvaluationLoop(session);
    this.description = description;
    this.remote = remote;
  }

  /** Trains and returns the history. */
  public History run() {
    MonitoredLogs logged = MonitoredLogs.of(session.config().logNames(), options.callbacks());
    options.callbacks().forEach(logged::require);
    session.optimizer(); // before any work that would be wasted without one
    BatchObservation observed = callbacks.observed();
    SampleFeeding samples =
        SampleFeeding.forTraining(
            session, dataset, options, loading, session.epochsTrained(), observed);
    int steps = BatchPlan.steps(dataset, loading);
    session.requireDescribable(
        description, options.callbacks().stream().anyMatch(Callback::savesModel));
    try (FeatureCaching features =
        new FeatureCaching(
            session, options, samples, this::validationSamples, observed, progress, pixels)) {
      // Reject a model or setting that cannot be trained before calling any hook.
      StepProgram program =
          remote == null ? features.decide() : remoteStep(remote, samples, observed);
      checkpoints.prepare(program, samples.fitting(), steps);
      session.learnClassNames(dataset);
      Size2d imageSize = samples.imageSize();
      if (imageSize != null) {
        session.learnImageSize(imageSize);
      }
      Pipeline pipeline = new Pipeline(samples, features, observed);
      return callbacks.toldOfFailure(control, () -> run(pipeline, program.reports(), steps));
    }
  }

  /**
   * What prepares batches.
   *
   * @param features used instead of samples where possible
   */
  private record Pipeline(
      SampleFeeding samples, FeatureCaching features, BatchObservation observed) {}

  /** Returns how the validation data are fed; they are checked, and their sizes looked at, once. */
  private @Nullable SampleFeeding validationSamples() {
    Dataset validation = options.validation();
    if (validation != null && validationSamples == null) {
      validationSamples = evaluation.samples(validation, options.validationOptions());
    }
    return validationSamples;
  }

  /** Returns the step that is computed elsewhere, after checking that it can be. */
  private static StepProgram remoteStep(
      RemoteSteps steps, SampleFeeding samples, BatchObservation observed) {
    if (!observed.equals(BatchObservation.nothing())) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A callback observes images or gradients of batches, which are on the workers.",
          "Remove the callback, or train in one process.");
    }
    StepProgram program = samples.traced().get();
    steps.require(program);
    return program;
  }

  private History run(Pipeline pipeline, List<Report> reports, int steps) {
    session.fitBegins(steps);
    callbacks.onTrainBegin(
        new Callback.TrainBegin(control, options.initialEpoch(), options.epochs(), steps));
    Position start = start(reports);
    Logs logs = recorder.lastLogs();
    try (BatchLoader loader = new BatchLoader(loading, session::requireOpen)) {
      for (int epoch = start.epoch(); epoch < options.epochs(); epoch++) {
        Checkpoint within = epoch == start.epoch() ? start.within() : null;
        long trained = within == null ? session.epochsTrained() : within.epochsTrained();
        Feeding feeding =
            remote == null ? pipeline.features().prepare(epoch, trained) : pipeline.samples();
        callbacks.onEpochBegin(new Callback.EpochBegin(control, epoch));
        RunningMetrics metrics = new RunningMetrics(reports);
        logs = epoch(loader, pipeline, feeding, metrics, epoch, within);
        callbacks.onEpochEnd(new Callback.EpochEnd(control, epoch, logs));
        checkpoints.writeRequested(control, epoch + 1, 0, new RunningMetrics(reports));
        if (control.stopReason() != null) {
          log.info("Training ends after epoch {}: {}", epoch + 1, control.stopReason());
          break;
        }
      }
    }
    callbacks.onTrainEnd(new Callback.TrainEnd(control, logs));
    return recorder.toHistory(control.stopReason());
  }

  /**
   * Where to start.
   *
   * @param within the checkpoint to restore at the start of the epoch, when resuming in the middle
   *     of it
   */
  private record Position(int epoch, @Nullable Checkpoint within) {}

  private Position start(List<Report> reports) {
    Checkpoint found = checkpoints.found();
    if (found == null) {
      checkpoints.writeRequested(control, options.initialEpoch(), 0, new RunningMetrics(reports));
      return new Position(options.initialEpoch(), null);
    }
    if (found.step() == 0) {
      checkpoints.restore(found, control, new RunningMetrics(reports));
      return new Position(found.epoch(), null);
    }
    return new Position(found.epoch(), found);
  }

  private Logs epoch(
      BatchLoader loader,
      Pipeline pipeline,
      Feeding prepared,
      RunningMetrics metrics,
      int epoch,
      @Nullable Checkpoint within) {
    int firstStep = 0;
    if (within != null) {
      checkpoints.restore(within, control, metrics);
      firstStep = within.step();
      control.doneBefore(firstStep);
    }
    BatchPlan plan =
        BatchPlan.ofEpoch(
            dataset, loading, options.shuffle(), session.config().seed(), session.epochsTrained());
    int number =
        remote == null
            ? steps(loader, pipeline, prepared, plan.from(firstStep), metrics, epoch)
            : steps(remote, plan.from(firstStep), metrics, epoch);
    boolean validates = options.validation() != null && options.validatesAfter(epoch);
    if (validates) {
      checkpoints.validationBegins(epoch, number, metrics);
    }
    session.epochTrained();
    float learningRate = session.learningRate().lastUsed();
    Map<String, Double> values = new TreeMap<>(metrics.values());
    SampleFeeding samples = validates ? validationSamples() : null;
    if (samples != null) {
      Evaluation evaluated =
          remote == null
              ? evaluation.evaluate(
                  samples,
                  options.validationOptions(),
                  callbacks,
                  control,
                  pipeline.features()::validation)
              : evaluation.evaluate(
                  samples, options.validationOptions(), callbacks, control, remote);
      evaluated.values().forEach((name, value) -> values.put("val_" + name, value));
    }
    Logs logs = new Logs(values);
    logs.put("learning_rate", learningRate);
    return logs;
  }

  /**
   * Trains the steps of an epoch, until a callback stops the training.
   *
   * @return the index after the last one
   */
  private int steps(
      BatchLoader loader,
      Pipeline pipeline,
      Feeding prepared,
      BatchPlan plan,
      RunningMetrics metrics,
      int epoch) {
    int number = plan.firstStep();
    Feeding feeding = prepared;
    BatchLoader.Pass pass = feeding.start(loader, plan);
    try {
      for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
        callbacks.onTrainBatchBegin(new Callback.BatchBegin(control, number));
        if (!feeding.current()) {
          // A callback has changed the frozen layers; the next epoch computes features anew.
          pass.close();
          feeding = pipeline.samples();
          pass = feeding.start(loader, plan.from(number));
          batch = Objects.requireNonNull(pass.next());
        }
        control.waitedForData(pass.takeWaited());
        Map<String, HostArray> results = train(batch, feeding, metrics, epoch, number);
        boolean observed = !pipeline.observed().equals(BatchObservation.nothing());
        if (!observed) {
          batch.release();
        }
        control.show(observed ? observed(batch, results, pipeline.observed()) : null);
        callbacks.onTrainBatchEnd(
            new Callback.BatchEnd(control, number, batch.size(), metrics.toLogs()));
        control.show(null);
        if (observed) {
          batch.release();
        }
        number++;
        checkpoints.writeRequested(control, epoch, number, metrics);
        if (control.stopReason() != null) {
          break;
        }
      }
    } finally {
      pass.close();
    }
    return number;
  }

  /**
   * Trains the steps of an epoch elsewhere, until a callback stops the training. The hooks of steps
   * that were asked for at once are called when all of them are done, except for that before the
   * first one.
   *
   * @return the index after the last one
   */
  private int steps(RemoteSteps steps, BatchPlan plan, RunningMetrics metrics, int epoch) {
    int number = plan.firstStep();
    while (number < plan.steps()) {
      int first = number;
      int end = Math.min(plan.steps(), first + steps.stepsAtOnce());
      callbacks.onTrainBatchBegin(new Callback.BatchBegin(control, first));
      RemoteSteps.Trained trained = steps.train(session.state(), first, end);
      session.continueWith(trained.weights(), trained.slots());
      trained.results().forEach(each -> session.stepTrained());
      for (Map<String, HostArray> results : trained.results()) {
        if (number > first) {
          callbacks.onTrainBatchBegin(new Callback.BatchBegin(control, number));
        }
        int size = plan.size(number);
        metrics.add(results, size);
        warnOfLoss(metrics, epoch, number);
        callbacks.onTrainBatchEnd(new Callback.BatchEnd(control, number, size, metrics.toLogs()));
        number++;
      }
      checkpoints.writeRequested(control, epoch, number, metrics);
      if (control.stopReason() != null) {
        break;
      }
    }
    return number;
  }

  private static ObservedBatch observed(
      Batch batch, Map<String, HostArray> results, BatchObservation wish) {
    String prefix = Feeds.gradient("");
    Map<String, HostArray> gradients = new HashMap<>();
    results.forEach(
        (name, array) -> {
          if (name.startsWith(prefix)) {
            gradients.put(name.substring(prefix.length()), array);
          }
        });
    return new ObservedBatch(wish.inputs() ? batch.feeds() : Map.of(), gradients);
  }

  private Map<String, HostArray> train(
      Batch batch, Feeding feeding, RunningMetrics metrics, int epoch, int number) {
    pixels.check(batch);
    CompiledStep step = feeding.step();
    Map<String, HostArray> feeds = new HashMap<>(batch.feeds());
    feeds.putAll(session.learningRates(step.step()));
    Map<String, HostArray> results =
        step.run(feeds, batch.size(), session.randomness(), session.stepsTrained());
    session.stepTrained();
    metrics.add(results, batch.size());
    warnOfLoss(metrics, epoch, number);
    return results;
  }

  private void warnOfLoss(RunningMetrics metrics, int epoch, int number) {
    double loss = metrics.lastLoss();
    if (!warnedOfLoss && !Double.isFinite(loss)) {
      warnedOfLoss = true;
      log.warn(
          "The loss is {} at step {} of epoch {}. Training continues, but the weights"
              + " are probably unusable: lower the learning rate, check the data, or stop with"
              + " TerminateOnNaN.",
          Double.isNaN(loss) ? "NaN" : "infinite",
          number + 1,
          epoch + 1);
    }
  }
}
