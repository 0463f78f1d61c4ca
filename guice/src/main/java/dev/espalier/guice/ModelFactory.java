package dev.espalier.guice;

import dev.espalier.model.Model;

/** Creates the model named in the injected configuration. */
@FunctionalInterface
public interface ModelFactory {
  /**
   * Returns the model with its weights.
   *
   * @param classes number of classes, used if the configuration does not set one
   * @throws dev.espalier.error.EspalierException as {@link
   *     dev.espalier.core.configuration.Configuration#model(int)}
   */
  Model create(int classes);
}
