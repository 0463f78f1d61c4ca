package dev.espalier.core.distributed;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The cluster to connect to. Immutable.
 *
 * @param master where it is, such as {@code local[2]} or {@code spark://host:7077}
 * @param workers number of workers; 0 for one on each of its processes
 * @param options options of the cluster by name, such as {@code spark.executor.memory}
 * @param jars that workers need beside those on the class path of this process, such as those of
 *     plugins
 */
public record ClusterRequest(
    String master, int workers, Map<String, String> options, List<Path> jars) {
  /**
   * Copies the collections.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if the number of workers is negative
   */
  public ClusterRequest {
    options = Map.copyOf(new TreeMap<>(options));
    jars = List.copyOf(jars);
    if (workers < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The number of workers is " + workers + ".",
          "Give a number of 1 or more, or 0 for one on each process of the cluster.");
    }
  }

  /**
   * Connects to the cluster. If this process has a session of Spark on it, the training uses that
   * one as it is, without the options and jars of this request.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if nothing on the class path can
   *     connect to clusters, master or options are invalid, or this process has a session of Spark
   *     on another cluster; {@link ErrorCode#WORKER_LOST} if there is no cluster, or it cannot be
   *     reached
   */
  public ConnectedCluster connect() {
    return ServiceLoader.load(ClusterProvider.class)
        .findFirst()
        .orElseThrow(
            () ->
                new EspalierException(
                    ErrorCode.INVALID_OPTION,
                    "Nothing here can train on the cluster " + master + ".",
                    "Add espalier-spark and Apache Spark to the class path. The command finds both"
                        + " if the environment variable SPARK_HOME names the folder of an"
                        + " installation of Spark 4."))
        .connect(this);
  }
}
