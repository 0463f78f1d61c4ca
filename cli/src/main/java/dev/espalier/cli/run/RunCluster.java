package dev.espalier.cli.run;

import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.core.distributed.ClusterTraining;
import dev.espalier.core.distributed.ConnectedCluster;
import dev.espalier.core.distributed.DistributedOptions;
import dev.espalier.core.finetuning.PhasedTraining;
import dev.espalier.engine.Engine;
import dev.espalier.model.Model;
import dev.espalier.training.TrainingConfig;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Computes the training steps of a run: on a cluster if one was requested, else in this process.
 */
final class RunCluster implements AutoCloseable {
  /** Interruptions and checkpoints have effect, and the progress is shown, after so many steps. */
  private static final int STEPS_PER_ROUND = 20;

  private final Configuration configuration;
  private final String engine;
  private final List<String> classNames;
  private final @Nullable ConnectedCluster connected;

  /**
   * Connects to the cluster.
   *
   * @param engine name of the engine, for workers too
   * @param classNames classes of the data in the order of the model's outputs
   */
  RunCluster(
      @Nullable ClusterRequest requested,
      Configuration configuration,
      String engine,
      List<String> classNames) {
    this.configuration = configuration;
    this.engine = engine;
    this.classNames = List.copyOf(classNames);
    this.connected = requested == null ? null : requested.connect();
  }

  /** Returns a trainer at the start of the first phase. */
  Trainer trainer(PhasedTraining phased, Model model, TrainingConfig config, Engine opened) {
    if (connected == null) {
      return phased.trainer(model, config, opened);
    }
    String settings = configuration.toFile(engine);
    ClusterTraining steps =
        ClusterTraining.of(
            connected,
            DistributedOptions.of(options -> options.stepsPerRound(STEPS_PER_ROUND)),
            current ->
                CommandPlan.of(
                    configuration,
                    settings,
                    Objects.requireNonNull(current.optimizer()),
                    classNames));
    return phased.trainer(model, config, opened, steps);
  }

  /** Returns what to say after the engine, empty without a cluster. */
  String description() {
    return connected == null ? "" : ", trained by " + connected.description();
  }

  @Override
  public void close() {
    if (connected != null) {
      connected.close();
    }
  }
}
