package dev.espalier.core.distributed;

import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Dataset;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import java.io.Serializable;

/**
 * What the workers of a cluster train, as something that can be sent to them: the text of settings
 * rather than the objects that follow from them.
 */
@FunctionalInterface
public interface WorkerPlan extends Serializable {
  /**
   * Makes the settings and opens the data, on a worker. They must be those of the driver.
   *
   * @param registry from {@link #registry}
   */
  Made make(PluginRegistry registry);

  /** Returns the plugins to use, on a worker: by default those on its class path. */
  default PluginRegistry registry() {
    return PluginRegistry.discover();
  }

  /**
   * What a worker needs beside the model.
   *
   * @param config with the optimizer that the driver trains with
   * @param training the training data
   * @param options with the validation data, if any
   */
  record Made(TrainingConfig config, Dataset training, FitOptions options) {}
}
