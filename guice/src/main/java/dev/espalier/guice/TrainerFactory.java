package dev.espalier.guice;

import dev.espalier.core.Trainer;
import dev.espalier.model.Model;
import dev.espalier.training.TrainingConfig;
import java.util.function.Consumer;

/** Creates trainers on the injected engine with the injected configuration. */
public interface TrainerFactory {
  /**
   * Returns a trainer with the configured optimizer, gradient clipping, loss, metrics and seed. The
   * caller must close it before the engine.
   *
   * @throws dev.espalier.error.EspalierException as {@link Trainer#of(Model, TrainingConfig,
   *     dev.espalier.engine.Engine)}
   */
  Trainer create(Model model);

  /**
   * Returns a trainer whose configuration is changed by {@code settings}. The caller must close it
   * before the engine.
   */
  Trainer create(Model model, Consumer<TrainingConfig.Builder> settings);
}
