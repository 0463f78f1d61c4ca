package dev.espalier.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import scala.Option;

/**
 * A cluster of two executors, each a process of its own with one core, which test classes share
 * unless they start another one. Of the classes of the tests, the executors have only those of a
 * jar.
 */
final class SparkCluster implements ParameterResolver {
  static final int EXECUTORS = 2;

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SparkCluster.class);

  private record Running(SparkSession session) implements AutoCloseable {
    @Override
    public void close() {
      session.stop();
    }
  }

  /** Returns a jar with a plugin and a training, as users give it with {@code --jars}. */
  private static Path plugin() {
    try {
      Path jar = Files.createTempFile(Path.of("target"), "plugin", ".jar");
      try (JarOutputStream content = new JarOutputStream(Files.newOutputStream(jar))) {
        for (String entry :
            List.of(
                "dev/espalier/spark/TestModels.class",
                "dev/espalier/spark/TestTraining.class",
                "dev/espalier/spark/Tilt.class",
                "dev/espalier/spark/TiltPlugin.class")) {
          content.putNextEntry(new JarEntry(entry));
          content.write(Files.readAllBytes(Path.of("target/test-classes", entry)));
        }
        // Not that of the driver, which names an engine that executors do not have.
        content.putNextEntry(new JarEntry("META-INF/services/dev.espalier.plugin.Plugin"));
        content.write("dev.espalier.spark.TiltPlugin\n".getBytes(StandardCharsets.UTF_8));
      }
      return jar.toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a cluster in the place of the one that runs, because a process can have only one. The
   * next test class that wants the usual one gets it.
   *
   * @param first what executors have before their other classes; need not exist
   */
  static SparkSession startAnother(int executors, int cores, Path first) {
    stopRunning();
    return start(executors, cores, first + File.pathSeparator);
  }

  /** Stops the session of the process, if any. The next test that wants one gets another. */
  static void stopRunning() {
    Option<SparkSession> running = SparkSession.getDefaultSession();
    if (running.isDefined()) {
      running.get().stop();
    }
  }

  private static SparkSession start(int executors, int cores, String first) {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.endsWith("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    return SparkSession.builder()
        .master("local-cluster[" + executors + "," + cores + ",1024]")
        .appName("tests")
        .config("spark.jars", plugin().toString())
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.cores", cores)
        .config("spark.executor.extraClassPath", first + classPath)
        .config("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
        .config("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.warehouse.dir", "target/spark/warehouse")
        .config("spark.ui.enabled", false)
        .getOrCreate();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(SparkSession.class);
  }

  @Override
  public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
    Running running = running(store);
    if (running.session().sparkContext().isStopped()) {
      stopRunning();
      store.remove(Running.class);
      running = running(store);
    }
    return running.session();
  }

  private static Running running(ExtensionContext.Store store) {
    return store.getOrComputeIfAbsent(
        Running.class, key -> new Running(start(EXECUTORS, 1, "")), Running.class);
  }
}
