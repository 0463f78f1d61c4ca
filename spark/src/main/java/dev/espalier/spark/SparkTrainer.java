package dev.espalier.spark;

import dev.espalier.callback.Callback;
import dev.espalier.core.distributed.DistributedOptions;
import dev.espalier.core.distributed.DistributedTrainer;
import dev.espalier.core.distributed.TrainingData;
import dev.espalier.core.distributed.WorkerSettings;
import dev.espalier.core.distributed.WorkerTimes;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a model on the executors of Apache Spark; see {@link DistributedTrainer}. Each round of
 * steps is a job with one barrier stage, whose tasks are the workers: all run at the same time, so
 * that the cluster needs a free core for each.
 *
 * <pre>{@code
 * try (SparkTrainer trainer =
 *     SparkTrainer.of(
 *         spark,
 *         4,
 *         model,
 *         config -> config.optimizer(Adam.of(0.001)).loss(Losses.categoricalCrossentropy()),
 *         options -> options.stepsPerRound(50))) {
 *   trainer.fit(
 *       TrainingData.of(() -> ImageFolder.of(Path.of("/mnt/pets"))),
 *       fit -> fit.epochs(10).batchSize(256),
 *       EarlyStopping.on("loss"));
 *   ModelFile.save(file, trainer.model());
 * }
 * }</pre>
 */
public final class SparkTrainer implements AutoCloseable {
  private final DistributedTrainer trainer;

  private SparkTrainer(DistributedTrainer trainer) {
    this.trainer = trainer;
  }

  /**
   * Returns a trainer with the default {@link DistributedOptions}; see {@link #of(SparkSession,
   * int, Model, WorkerSettings, Consumer)}.
   */
  public static SparkTrainer of(
      SparkSession session,
      int workers,
      Model model,
      WorkerSettings<TrainingConfig.Builder> config) {
    return of(session, workers, model, config, options -> {});
  }

  /**
   * Returns a trainer.
   *
   * @param workers number of workers, which need a free core each at the same time
   * @param config configures the trainer, on the driver and on each worker
   * @param options steps per round and per exchange, and restarts
   * @throws EspalierException as {@link DistributedTrainer#of}; {@code INVALID_TRAINING_SETTING}
   *     for no workers
   */
  public static SparkTrainer of(
      SparkSession session,
      int workers,
      Model model,
      WorkerSettings<TrainingConfig.Builder> config,
      Consumer<? super DistributedOptions.Builder> options) {
    return new SparkTrainer(
        DistributedTrainer.of(
            model,
            new BarrierCluster(session.sparkContext(), workers),
            config,
            DistributedOptions.of(options)));
  }

  /**
   * Trains; see {@link DistributedTrainer#fit}.
   *
   * @throws EspalierException as that method; {@code INVALID_TRAINING_SETTING} if the cluster has
   *     fewer free cores than there are workers, for as long as Spark waits for them
   */
  public History fit(
      TrainingData data, WorkerSettings<FitOptions.Builder> settings, Callback... callbacks) {
    return trainer.fit(data, settings, callbacks);
  }

  /** Returns the model with its current weights and, if known, the names of its classes. */
  public Model model() {
    return trainer.model();
  }

  /** Returns a copy of all variables of the model. */
  public Weights weights() {
    return trainer.weights();
  }

  /** Returns the slots of the optimizer by name, such as {@code dense/kernel/momentum}. */
  public Weights optimizerSlots() {
    return trainer.optimizerSlots();
  }

  /**
   * Returns how long the steps of the last training took on each executor; in a callback, those of
   * the rounds so far.
   */
  public List<WorkerTimes> workerTimes() {
    return trainer.workerTimes();
  }

  /** Returns how often the last training went on after an executor was lost. */
  public int restarts() {
    return trainer.restarts();
  }

  /** Releases the engine of the driver. Closing twice has no effect. */
  @Override
  public void close() {
    trainer.close();
  }
}
