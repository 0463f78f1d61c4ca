package dev.espalier.core.distributed;

import dev.espalier.core.internal.training.RemoteTraining;
import dev.espalier.core.internal.training.TrainerSession;
import dev.espalier.data.Dataset;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.List;
import java.util.function.Function;

/**
 * Lets the workers of a cluster compute the training steps of a {@link dev.espalier.core.Trainer},
 * and its validations; everything else stays where the trainer is. Results are those of {@link
 * DistributedTrainer}. Of the options of a fit, the callbacks run where the trainer is; they may
 * not observe the images of batches.
 *
 * <pre>{@code
 * ClusterTraining steps =
 *     ClusterTraining.of(cluster, DistributedOptions.defaults(), config -> new PetsPlan(folder));
 * try (Trainer trainer = Trainer.of(model, config, engine, steps)) {
 *   trainer.fit(training, fit -> fit.epochs(10));
 * }
 * }</pre>
 *
 * <p>Not thread-safe, like the trainer.
 */
public final class ClusterTraining implements RemoteTraining {
  private final ClusterFit fit;
  private final Function<? super TrainingConfig, ? extends WorkerPlan> plans;

  private ClusterTraining(
      ClusterFit fit, Function<? super TrainingConfig, ? extends WorkerPlan> plans) {
    this.fit = fit;
    this.plans = plans;
  }

  /**
   * Returns the training steps of a trainer on a cluster.
   *
   * @param cluster stays open
   * @param plans returns what workers train, for each fit; its argument is the configuration of the
   *     trainer with its current optimizer
   */
  public static ClusterTraining of(
      Cluster cluster,
      DistributedOptions options,
      Function<? super TrainingConfig, ? extends WorkerPlan> plans) {
    return new ClusterTraining(new ClusterFit(cluster, options), plans);
  }

  @Override
  public void require(TrainingConfig config) {
    ClusterFit.require(config);
  }

  @Override
  public History fit(TrainerSession session, Dataset dataset, FitOptions options) {
    fit.require(options);
    byte[] plan = WorkerSetup.bytes(plans.apply(session.config()));
    return fit.run(session, dataset, options, plan);
  }

  /**
   * Returns how long the steps of the last fit took on each worker, by the worker's name; in a
   * callback, those of the rounds so far.
   */
  public List<WorkerTimes> workerTimes() {
    return fit.times();
  }

  /** Returns how often the last fit went on after a worker was lost. */
  public int restarts() {
    return fit.restarts();
  }
}
