package dev.espalier.core.distributed;

import dev.espalier.core.EspalierVersion;
import dev.espalier.core.ModelFile;
import dev.espalier.core.internal.training.FitLoop;
import dev.espalier.core.internal.training.TrainerSession;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Precision;
import dev.espalier.engine.Strategy;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Fits of a session whose steps a cluster computes, and what is known of the last one. */
final class ClusterFit {
  private final Cluster cluster;
  private final DistributedOptions options;
  private @Nullable ClusterSteps last;

  ClusterFit(Cluster cluster, DistributedOptions options) {
    this.cluster = cluster;
    this.options = options;
  }

  /** Checks that workers can train with these settings. */
  static void require(TrainingConfig settings) {
    if (settings.engineSettings().strategy() instanceof Strategy.Mirrored) {
      throw refused(
          "A worker trains on one device, but several are set.",
          "Set device instead of devices, and use a worker for each device.");
    }
    if (settings.precision() != Precision.FLOAT32 && settings.precision() != Precision.AUTO) {
      throw refused(
          "Workers compute in float32, but the precision is "
              + settings.precision().lowerCaseName()
              + ".",
          "Set the precision to float32 or auto.");
    }
  }

  /** Checks that a cluster can train with these options. */
  void require(FitOptions made) {
    if (made.cacheFeatures() == CacheFeatures.ON) {
      throw refused(
          "Features cannot be cached on a cluster.",
          "Train without cached features, or in one process.");
    }
    if (made.batchSize() < cluster.workers()) {
      throw refused(
          "A batch of "
              + made.batchSize()
              + " has fewer samples than there are workers: "
              + cluster.workers()
              + ".",
          "The batch size is that of all workers together: set a larger one, or use fewer workers.");
    }
  }

  static EspalierException refused(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_TRAINING_SETTING, problem, remedy);
  }

  /**
   * Trains.
   *
   * @param fit how to fit on the driver, with its callbacks and the validation data
   * @param plan {@link WorkerPlan} as bytes
   */
  History run(TrainerSession session, Dataset training, FitOptions fit, byte[] plan) {
    FitOptions onDriver = fit.toBuilder().cacheFeatures(CacheFeatures.OFF).build();
    WorkerSetup setup =
        new WorkerSetup(
            UUID.randomUUID().toString(),
            EspalierVersion.current(),
            cluster.share(WorkerSetup.content(session.model())),
            plan,
            session.epochsTrained());
    ClusterSteps steps = new ClusterSteps(cluster, options, session, setup);
    last = steps;
    try (steps) {
      History history =
          new FitLoop(session, training, onDriver, ModelFile::description, steps).run();
      steps.release();
      return history;
    }
  }

  /** Returns how long the steps of the last fit took on each worker, so far. */
  List<WorkerTimes> times() {
    return last == null ? List.of() : last.times();
  }

  /** Returns how often the last fit went on after a worker was lost, so far. */
  int restarts() {
    return last == null ? 0 : last.restarts();
  }
}
