package dev.espalier.core.distributed;

import dev.espalier.callback.Callback;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.internal.engine.DeviceChoice;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.training.TrainerSession;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Precision;
import dev.espalier.engine.Strategy;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.List;

/**
 * Trains a model on the workers of a cluster, by synchronous data parallelism: each worker holds a
 * replica of the model and computes the gradients of its samples of each batch; the gradients of
 * all are averaged, and each replica makes the same update. The batch size is that of all workers
 * together, and the results are those of a {@link dev.espalier.core.Trainer} with as many
 * {@linkplain Strategy#mirrored(String...) mirrored} devices, whatever worker computes what:
 * shuffling, augmentation and dropout depend on the sample. The batches of a validation are divided
 * among the workers.
 *
 * <p>With {@link DistributedOptions#stepsPerExchange} above 1, workers average their weights after
 * several steps instead of the gradients of each: local SGD, with other results.
 *
 * <p>The program that creates the trainer is the driver: it holds the weights, and callbacks run
 * there, in rounds of {@link DistributedOptions#stepsPerRound}. After a worker was lost, the round
 * is repeated from the weights of the driver, to the same result.
 *
 * <p>Not thread-safe. Interrupting the thread ends {@code fit} with {@code INTERRUPTED}; the
 * weights are those of the last round.
 */
public final class DistributedTrainer implements AutoCloseable {
  private final ClusterFit cluster;
  private final WorkerSettings<TrainingConfig.Builder> config;
  private final Engine engine;
  private final TrainerSession session;

  private DistributedTrainer(
      Model model,
      Cluster cluster,
      WorkerSettings<TrainingConfig.Builder> config,
      DistributedOptions options,
      PluginRegistry registry) {
    ProgramBuilder.inputSize(model); // rejects a model without image input before an engine is used
    this.cluster = new ClusterFit(cluster, options);
    this.config = config;
    TrainingConfig settings = TrainingConfig.of(config);
    ClusterFit.require(settings);
    // The driver computes nothing, so that it needs no GPU.
    TrainingConfig onDriver =
        settings.with(
            more ->
                more.engineSettings(EngineSettings.of(e -> e.device("cpu")))
                    .precision(Precision.FLOAT32));
    this.engine = registry.openEngine(onDriver.engineSettings());
    try {
      engine.require(onDriver.requiredCapabilities(), "the trainer's configuration");
      this.session =
          new TrainerSession(
              engine,
              engine.openSession(DeviceChoice.choose(engine, onDriver.engineSettings())),
              model,
              onDriver);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /**
   * Returns a trainer on a cluster, with engines from the plugins on the class paths of driver and
   * workers.
   *
   * @param config configures the trainer, on the driver and on each worker
   * @throws EspalierException as {@link dev.espalier.core.Trainer#of(Model, TrainingConfig)};
   *     {@code INVALID_TRAINING_SETTING} if several devices or a precision of 16 bits are set
   */
  public static DistributedTrainer of(
      Model model,
      Cluster cluster,
      WorkerSettings<TrainingConfig.Builder> config,
      DistributedOptions options) {
    return new DistributedTrainer(model, cluster, config, options, PluginRegistry.discover());
  }

  /**
   * Trains; repeated calls continue where the previous one ended, as those of {@link
   * dev.espalier.core.Trainer#fit(Dataset, FitOptions)}.
   *
   * @param data opened on the driver and on each worker
   * @param settings epochs, batch size, augmentations and more, made on the driver and on each
   *     worker; neither validation data nor callbacks
   * @param callbacks called on the driver in this order
   * @return loss and metrics of each epoch
   * @throws EspalierException as {@link dev.espalier.core.Trainer#fit(Dataset, FitOptions)}, with
   *     the name of the worker for what went wrong on it; {@code INVALID_TRAINING_SETTING} if a
   *     batch has fewer samples than there are workers, or if features must be cached; {@code
   *     INVALID_ARGUMENT} if data or settings cannot be sent to workers, or the model cannot be
   *     saved; {@code VERSION_MISMATCH} if workers run another version; {@code WORKER_LOST} if more
   *     workers were lost than there may be restarts
   */
  public History fit(
      TrainingData data, WorkerSettings<FitOptions.Builder> settings, Callback... callbacks) {
    FitOptions made = FitOptions.of(settings);
    requireDistributable(made);
    byte[] plan = WorkerSetup.bytes(new LambdaPlan(config, data, settings));
    Dataset training = data.training().open();
    WorkerDataset validation = data.validation();
    FitOptions onDriver =
        made.toBuilder()
            .validation(validation == null ? null : validation.open())
            .callbacks(callbacks)
            .build();
    return session.use().during("fit", () -> cluster.run(session, training, onDriver, plan));
  }

  private void requireDistributable(FitOptions made) {
    if (!made.callbacks().isEmpty()) {
      throw ClusterFit.refused(
          "Callbacks are among the settings that are made on each worker.",
          "Give them to fit, after the settings: they run on the driver.");
    }
    if (made.validation() != null) {
      throw ClusterFit.refused(
          "Validation data are among the settings of the training.",
          "Give fit a source of them: TrainingData.of(training, validation).");
    }
    cluster.require(made);
  }

  /** Returns the model with its current weights and, if known, the names of its classes. */
  public Model model() {
    return session.use().during("model", session::model);
  }

  /** Returns a copy of all variables of the model. */
  public Weights weights() {
    return session.use().during("weights", session::weights);
  }

  /** Returns the slots of the optimizer by name, such as {@code dense/kernel/momentum}. */
  public Weights optimizerSlots() {
    return session.use().during("optimizerSlots", session::slots);
  }

  /**
   * Returns how long the steps of the last training took on each worker, by the worker's name; in a
   * callback, those of the rounds so far.
   */
  public List<WorkerTimes> workerTimes() {
    return cluster.times();
  }

  /** Returns how often the last training went on after a worker was lost. */
  public int restarts() {
    return cluster.restarts();
  }

  /** Releases the engine of the driver. Closing twice has no effect. */
  @Override
  public void close() {
    session.close();
    engine.close();
  }
}
