package dev.espalier.core.distributed;

import java.io.Serializable;

/** What a {@link Cluster} runs on each worker. */
@FunctionalInterface
public interface WorkerTask extends Serializable {
  /** Runs the task. It returns failures of its own; what it throws is one of the cluster. */
  byte[] run(Worker worker);
}
