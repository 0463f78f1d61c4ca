package dev.espalier.guice;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;

/** Opens the data set that the injected configuration names. */
@FunctionalInterface
public interface DatasetFactory {
  /**
   * Returns a part of it.
   *
   * @throws dev.espalier.error.EspalierException as {@link
   *     dev.espalier.core.configuration.Configuration#dataset}
   */
  Dataset open(Split split);
}
