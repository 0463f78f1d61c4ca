package dev.espalier.cli.option;

import dev.espalier.core.PluginFolder;
import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options for training on a cluster. They are no settings of the run: its results do not depend
 * on where the steps are computed, so that it may go on elsewhere.
 */
public final class ClusterOptions {
  static final String CLUSTER = "--cluster";

  /** Where spark-submit, which starts the command then, says what cluster was named. */
  static final String SUBMITTED = "spark.master";

  private static final String WORKERS = "--cluster-workers";
  private static final String OPTION = "--cluster-option";

  @Option(
      names = CLUSTER,
      paramLabel = "MASTER",
      description = {
        "Compute the training steps on a cluster of Apache Spark: local[2] for two workers in this"
            + " process, spark://HOST:7077, yarn, k8s://https://HOST:6443.",
        "The environment variable SPARK_HOME names the folder of Spark. The results are those"
            + " without the option."
      })
  @Nullable String master;

  @Option(
      names = WORKERS,
      paramLabel = "NUMBER",
      description =
          "Number of workers, which run at the same time. Default: one on each executor of the"
              + " cluster.")
  @Nullable Integer workers;

  @Option(
      names = OPTION,
      paramLabel = "NAME=VALUE",
      description = "An option of Spark, such as spark.executor.memory=4g. Repeatable.")
  Map<String, String> options = new LinkedHashMap<>();

  public ClusterOptions() {}

  /**
   * Returns the cluster to train on, or null to train in this process.
   *
   * @param properties of the process, among which spark-submit names the cluster
   * @param plugins the plugin folder, or null
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if other options for a cluster are
   *     given, but none is named; or for a number of workers below 1
   */
  public @Nullable ClusterRequest request(Map<?, ?> properties, @Nullable Path plugins) {
    Object submitted = properties.get(SUBMITTED);
    String named = master == null && submitted != null ? submitted.toString() : master;
    if (named == null) {
      if (workers != null || !options.isEmpty()) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION,
            (workers == null ? OPTION : WORKERS) + " is for a cluster, and none is named.",
            "Name it, such as " + CLUSTER + " local[2], or leave the option out.");
      }
      return null;
    }
    if (workers != null && workers < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          WORKERS + " is " + workers + ".",
          "Give a number of 1 or more, or leave it out for one on each executor.");
    }
    return new ClusterRequest(
        named,
        workers == null ? 0 : workers,
        options,
        plugins == null ? List.of() : PluginFolder.jars(plugins));
  }

  /** Returns the arguments that request a cluster again; its jars are those of the plugins. */
  public static List<String> arguments(ClusterRequest request) {
    List<String> arguments = new ArrayList<>(List.of(CLUSTER, request.master()));
    if (request.workers() > 0) {
      arguments.addAll(List.of(WORKERS, Integer.toString(request.workers())));
    }
    new TreeMap<>(request.options())
        .forEach((name, value) -> arguments.addAll(List.of(OPTION, name + "=" + value)));
    return arguments;
  }
}
