package dev.espalier.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/**
 * A cluster of two executors, each a process of its own with one core, which all test classes
 * share. Of the classes of the tests, the executors have only those of a jar.
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
                "META-INF/services/dev.espalier.plugin.Plugin",
                "dev/espalier/spark/TestModels.class",
                "dev/espalier/spark/TestTraining.class",
                "dev/espalier/spark/Tilt.class",
                "dev/espalier/spark/TiltPlugin.class")) {
          content.putNextEntry(new JarEntry(entry));
          content.write(Files.readAllBytes(Path.of("target/test-classes", entry)));
        }
      }
      return jar.toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Running start() {
    String executors =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.endsWith("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    return new Running(
        SparkSession.builder()
            .master("local-cluster[" + EXECUTORS + ",1,1024]")
            .appName("tests")
            .config("spark.jars", plugin().toString())
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.executor.extraClassPath", executors)
            .config("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
            .config("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.sql.warehouse.dir", "target/spark/warehouse")
            .config("spark.ui.enabled", false)
            .getOrCreate());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(SparkSession.class);
  }

  @Override
  public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Running.class, key -> start(), Running.class)
        .session();
  }
}
