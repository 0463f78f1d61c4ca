package dev.espalier.guice;

import dev.espalier.core.Trainer;
import dev.espalier.model.Model;
import dev.espalier.training.TrainingConfig;
import java.util.function.Consumer;

/** Makes trainers on the injected engine, with the settings of the injected configuration. */
public interface TrainerFactory {
  /**
   * Returns a trainer with the configured optimizer, clipping, loss, metrics and seed. The caller
   * closes it, before the engine.
   *
   * @throws dev.espalier.error.EspalierException as {@link Trainer#of(Model, TrainingConfig,
   *     dev.espalier.engine.Engine)}
   */
  Trainer create(Model model);

  /** Returns a trainer with what the builder is told on top of the configuration. */
  Trainer create(Model model, Consumer<TrainingConfig.Builder> settings);
}
