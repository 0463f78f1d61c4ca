package dev.espalier.core.distributed;

import java.util.List;

/**
 * Processes that run tasks for a {@link DistributedTrainer}, such as the executors of Apache Spark.
 * Called by one thread at a time.
 */
public interface Cluster {
  /** Returns the number of workers, 1 or more. */
  int workers();

  /**
   * Makes bytes available to the workers, which fetch them when a task asks for them.
   *
   * @param content may be hundreds of megabytes
   */
  SharedBytes share(byte[] content);

  /**
   * Runs a task on all workers at the same time. A task returns its own failures, so that a failure
   * of this method is one of the cluster.
   *
   * @return what the task returned on each worker, in the order of their indices
   * @throws dev.espalier.error.EspalierException {@code WORKER_LOST} if a worker ended before its
   *     task, or the cluster could not run it; {@code INTERRUPTED} if the thread is interrupted,
   *     whose interrupt flag remains set, after the task was cancelled
   */
  List<byte[]> run(WorkerTask task);
}
