package dev.espalier.core.distributed;

import dev.espalier.data.Dataset;
import java.io.Serializable;

/**
 * Opens a data set, on the driver and on each worker of a cluster: the same samples in the same
 * order everywhere, from files that all of them can read. A lambda must not use objects that are
 * not serializable.
 *
 * <pre>{@code
 * WorkerDataset train = () -> ImageFolder.of(Path.of("/mnt/images/train"));
 * }</pre>
 */
@FunctionalInterface
public interface WorkerDataset extends Serializable {
  /** Opens the data set. */
  Dataset open();
}
