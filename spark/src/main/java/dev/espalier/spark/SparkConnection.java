package dev.espalier.spark;

import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.core.distributed.ConnectedCluster;
import dev.espalier.core.distributed.SharedBytes;
import dev.espalier.core.distributed.WorkerTask;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * A session of Spark that trains. One that was started for it ends with the training; one that the
 * application has is used and left running, because a process can have only one.
 */
final class SparkConnection implements ConnectedCluster {
  /** The setting that tells the session of a connection from that of an application. */
  private static final String CONNECTION = "spark.espalier.connection";

  private static final int MILLIS_BETWEEN_LOOKS = 200;

  /** How long the number of executors of a standalone cluster has to stay the same. */
  private static final int LOOKS_UNTIL_ALL_ARE_THERE = 10;

  private static final int LOOKS_FOR_THE_FIRST = 300;

  private final SparkContext context;
  private final boolean started;
  private final BarrierCluster cluster;
  private final String description;

  private SparkConnection(
      SparkContext context, boolean started, BarrierCluster cluster, String description) {
    this.context = context;
    this.started = started;
    this.cluster = cluster;
    this.description = description;
  }

  /**
   * Starts a session, unless the process has one on the same cluster, whose options stay as they
   * are.
   *
   * @param environment variables of the process
   */
  static SparkConnection open(ClusterRequest request, Map<String, String> environment) {
    SparkConf settings = ConnectionSettings.of(request, environment);
    String connection = UUID.randomUUID().toString();
    settings.set(CONNECTION, connection);
    SparkContext context;
    try {
      context = SparkContext.getOrCreate(settings);
    } catch (Exception e) { // Scala does not declare what it throws
      throw notStarted(request.master(), e);
    }
    boolean started = context.getConf().get(CONNECTION, "").equals(connection);
    try {
      if (!context.master().equals(request.master())) {
        throw onAnother(context.master(), request.master());
      }
      int workers =
          request.workers() == 0 ? executors(context, request.master()) : request.workers();
      return new SparkConnection(
          context,
          started,
          new BarrierCluster(context, workers),
          "Spark "
              + context.version()
              + " on "
              + request.master()
              + (workers == 1 ? ", 1 worker" : ", " + workers + " workers"));
    } catch (RuntimeException e) {
      if (started) {
        context.stop();
      }
      throw e;
    }
  }

  private static EspalierException onAnother(String master, String requested) {
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        "This process has a session of Spark on "
            + master
            + " and cannot start another on "
            + requested
            + ".",
        "Request the cluster " + master + ", or stop the session first.");
  }

  /** Spark says most of it in one exception of its own. */
  private static EspalierException notStarted(String master, Exception cause) {
    String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return new EspalierException(
        ErrorCode.WORKER_LOST,
        "Spark cannot start on " + master + ": " + reason,
        "Check the address of the cluster and the options of Spark.",
        cause);
  }

  /** Returns the number of executors that the session has, or will have. */
  private static int executors(SparkContext context, String master) {
    SparkConf settings = context.getConf();
    if (context.isLocal()) {
      return context.defaultParallelism();
    }
    int told = ConnectionSettings.executors(settings, master);
    return told == 0 ? registered(context, master) : told;
  }

  /** Executors of a standalone cluster register one after the other; how many is up to it. */
  private static int registered(SparkContext context, String master) {
    int before = 0;
    for (int look = 0, same = 0; same < LOOKS_UNTIL_ALL_ARE_THERE; look++) {
      if (context.isStopped() || (before == 0 && look == LOOKS_FOR_THE_FIRST)) {
        throw new EspalierException(
            ErrorCode.WORKER_LOST,
            "The cluster " + master + " gives no executor.",
            "Check that it runs and has free cores and memory, or name another.");
      }
      pause();
      // One of them is the driver.
      int now = context.statusTracker().getExecutorInfos().length - 1;
      same = now == before && now > 0 ? same + 1 : 0;
      before = now;
    }
    return before;
  }

  private static void pause() {
    try {
      Thread.sleep(MILLIS_BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(
          ErrorCode.INTERRUPTED,
          "The thread was interrupted while it waited for executors.",
          "Nothing has been trained yet.",
          e);
    }
  }

  @Override
  public int workers() {
    return cluster.workers();
  }

  @Override
  public SharedBytes share(byte[] content) {
    return cluster.share(content);
  }

  @Override
  public List<byte[]> run(WorkerTask task) {
    return cluster.run(task);
  }

  @Override
  public String description() {
    return description;
  }

  /**
   * An interrupted thread would stop half of the session, and this process could start no other.
   */
  @Override
  public void close() {
    if (!started) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      context.stop();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
