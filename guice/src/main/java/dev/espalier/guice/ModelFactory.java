package dev.espalier.guice;

import dev.espalier.model.Model;

/** Makes the model that the injected configuration names. */
@FunctionalInterface
public interface ModelFactory {
  /**
   * Returns the model with its weights.
   *
   * @param classes of its classifier, where the configuration does not say how many
   * @throws dev.espalier.error.EspalierException as {@link
   *     dev.espalier.core.configuration.Configuration#model(int)}
   */
  Model create(int classes);
}
