package dev.espalier.guice;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;

/** Opens the data set named in the injected configuration. */
@FunctionalInterface
public interface DatasetFactory {
  /**
   * Opens a split of the data set.
   *
   * @throws dev.espalier.error.EspalierException as {@link
   *     dev.espalier.core.configuration.Configuration#dataset}
   */
  Dataset open(Split split);
}
