package dev.espalier.spark;

import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/** The settings of a session that is started for a training. */
final class ConnectionSettings {
  private static final String HOME = "SPARK_HOME";
  private static final String FOLDER = "SPARK_CONF_DIR";
  private static final String JARS = "spark.jars";
  private static final String EXECUTOR_CLASS_PATH = "spark.executor.extraClassPath";
  private static final String CORES = "spark.executor.cores";
  private static final String INSTANCES = "spark.executor.instances";

  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\s*\\d+)?])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)[\\d\\s,]*]");
  private static final Pattern REMOTE = Pattern.compile("yarn|(?:spark|k8s)://.+");

  /** What YARN and Kubernetes start if nobody says how many. */
  private static final int MANAGED_EXECUTORS = 2;

  private ConnectionSettings() {}

  /**
   * Returns the settings: those of the request, else those of spark-submit, which are properties of
   * the process, else those of Spark's {@code spark-defaults.conf}.
   *
   * @param environment variables of the process
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if Spark knows no such cluster;
   *     {@link ErrorCode#FILE_NOT_READABLE} for {@code spark-defaults.conf}
   */
  static SparkConf of(ClusterRequest request, Map<String, String> environment) {
    // Spark would log a stack trace before it fails.
    if (Stream.of(LOCAL, LOCAL_CLUSTER, REMOTE)
        .noneMatch(known -> known.matcher(request.master()).matches())) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "Spark does not know a cluster \"" + request.master() + "\".",
          "Give local[2] for two workers in this process, spark://HOST:7077, yarn, or"
              + " k8s://https://HOST:6443.");
    }
    SparkConf settings = new SparkConf();
    String home = environment.get(HOME);
    boolean submitted = settings.contains("spark.submit.deployMode");
    if (!submitted) {
      defaults(environment)
          .forEach((name, value) -> settings.setIfMissing(name.toString(), value.toString()));
    }
    request.options().forEach(settings::set);
    settings.setMaster(request.master());
    settings.setIfMissing("spark.app.name", "espalier");
    settings.set("spark.dynamicAllocation.enabled", "false"); // or no stage may be a barrier stage
    // Executors that come late are looked for each second for five minutes, not each quarter
    // minute.
    settings.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    settings.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "300");
    Matcher local = LOCAL.matcher(request.master());
    if (local.matches()) {
      // The workers of a process share its cores.
      settings.setIfMissing(CORES, Integer.toString(cores(local.group(1))));
    }
    // Unless spark-submit sends them, or the executors are told where they are.
    boolean sends = !submitted && !local.matches() && !settings.contains(EXECUTOR_CLASS_PATH);
    Stream<String> own = sends ? jarsOnTheClassPath(home) : Stream.empty();
    String jars =
        Stream.of(
                Arrays.stream(settings.get(JARS, "").split(",")),
                own,
                request.jars().stream().map(jar -> jar.toAbsolutePath().toString()))
            .flatMap(each -> each)
            .filter(jar -> !jar.isBlank())
            .distinct()
            .collect(Collectors.joining(","));
    if (!jars.isEmpty()) {
      settings.set(JARS, jars);
    }
    if (sends) {
      // Spark has other versions of some libraries, as on the class path of this process.
      settings.setIfMissing("spark.executor.userClassPathFirst", "true");
    }
    return settings;
  }

  private static int cores(@Nullable String workers) {
    if (workers == null) {
      return 1;
    }
    return workers.equals("*")
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(workers);
  }

  private static Stream<String> jarsOnTheClassPath(@Nullable String home) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .map(entry -> Path.of(entry).toAbsolutePath())
        .filter(jar -> home == null || !jar.startsWith(Path.of(home).toAbsolutePath()))
        .map(Path::toString);
  }

  private static Properties defaults(Map<String, String> environment) {
    Properties read = new Properties();
    String folder = environment.get(FOLDER);
    String home = environment.get(HOME);
    if (folder == null && home == null) {
      return read;
    }
    Path file =
        (folder == null ? Path.of(home, "conf") : Path.of(folder)).resolve("spark-defaults.conf");
    if (Files.isRegularFile(file)) {
      try (Reader content = Files.newBufferedReader(file)) {
        read.load(content);
      } catch (IOException | IllegalArgumentException e) {
        throw new EspalierException(
            ErrorCode.FILE_NOT_READABLE,
            "The file " + file + " cannot be read: " + e.getMessage() + ".",
            "Correct it, or name another folder with " + FOLDER + ".",
            e);
      }
    }
    read.keySet().removeIf(name -> !name.toString().startsWith("spark."));
    read.replaceAll((name, value) -> value.toString().strip());
    return read;
  }

  /** Returns the number of executors that the settings ask for; 0 if the cluster decides. */
  static int executors(SparkConf settings, String master) {
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    if (cluster.matches()) {
      return Integer.parseInt(cluster.group(1));
    }
    boolean managed = master.equals("yarn") || master.startsWith("k8s://");
    return settings.getInt(INSTANCES, managed ? MANAGED_EXECUTORS : 0);
  }
}
