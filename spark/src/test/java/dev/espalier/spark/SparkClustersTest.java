package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.error.EspalierException;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkClustersTest {
  @TempDir Path folder;

  private static ClusterRequest request(String master, Map<String, String> options) {
    return new ClusterRequest(master, 0, options, List.of());
  }

  private static SparkConf settings(String master, Map<String, String> environment) {
    return ConnectionSettings.of(request(master, Map.of()), environment);
  }

  /** As in the command without {@code SPARK_HOME}: the module is there, Spark is not. */
  @Test
  void saysWhatIsMissingWithoutSpark() throws Exception {
    List<URL> withoutSpark = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.contains("/org/apache/spark/")) {
        withoutSpark.add(Path.of(entry).toUri().toURL());
      }
    }
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(
            withoutSpark.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      current.setContextClassLoader(loader);
      Class<?> type = loader.loadClass(ClusterRequest.class.getName());
      Object request = type.getConstructors()[0].newInstance("local[2]", 0, Map.of(), List.of());
      Throwable failure = failure(request);
      assertThat(failure.getClass().getSimpleName()).isEqualTo("EspalierException");
      assertThat(failure)
          .hasMessageContaining("Apache Spark is missing")
          .hasMessageContaining("SPARK_HOME");
    } finally {
      current.setContextClassLoader(before);
    }
  }

  private static Throwable failure(Object request) throws Exception {
    try {
      request.getClass().getMethod("connect").invoke(request);
      throw new AssertionError("it has connected");
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }

  @Test
  void readsTheDefaultsOfSparkUnlessOptionsSayOtherwise() throws IOException {
    Files.writeString(
        folder.resolve("spark-defaults.conf"),
        "# comment\nspark.executor.memory  3g \nspark.executor.cores 4\nother.name 1\n");
    Map<String, String> environment = Map.of("SPARK_CONF_DIR", folder.toString());
    SparkConf settings =
        ConnectionSettings.of(
            request("spark://host:7077", Map.of("spark.executor.cores", "2")), environment);
    assertThat(settings.get("spark.executor.memory")).isEqualTo("3g");
    assertThat(settings.get("spark.executor.cores")).isEqualTo("2");
    assertThat(settings.contains("other.name")).isFalse();
    assertThat(settings.get("spark.master")).isEqualTo("spark://host:7077");
    assertThat(settings.get("spark.dynamicAllocation.enabled")).isEqualTo("false");
  }

  /** Or executors could not read the task. */
  @Test
  void sendsTheJarsOfTheClassPathAndOfPlugins() throws MalformedURLException {
    Path plugin = folder.resolve("plugin.jar");
    ClusterRequest request = new ClusterRequest("spark://host:7077", 2, Map.of(), List.of(plugin));
    SparkConf settings = ConnectionSettings.of(request, Map.of("SPARK_HOME", "/opt/spark"));
    String sent = settings.get("spark.jars");
    assertThat(sent).contains("assertj-core").endsWith(plugin.toString());
    assertThat(settings.get("spark.executor.userClassPathFirst")).isEqualTo("true");
    assertThat(URI.create("file:" + sent.split(",")[0]).toURL()).isNotNull();

    // Those of Spark are on the executors.
    String first =
        Arrays.stream(sent.split(","))
            .filter(jar -> jar.endsWith(".jar"))
            .findFirst()
            .orElseThrow();
    SparkConf ofSpark =
        ConnectionSettings.of(request, Map.of("SPARK_HOME", Path.of(first).getParent().toString()));
    assertThat(ofSpark.get("spark.jars").split(",")).doesNotContain(first);
  }

  @Test
  void sendsNothingToExecutorsThatHaveAClassPath() {
    SparkConf given =
        ConnectionSettings.of(
            request(
                "spark://host:7077", Map.of("spark.executor.extraClassPath", "/opt/espalier/*")),
            Map.of());
    assertThat(given.contains("spark.jars")).isFalse();
    assertThat(given.contains("spark.executor.userClassPathFirst")).isFalse();
    assertThat(settings("local[2]", Map.of()).contains("spark.jars")).isFalse();
  }

  @Test
  void workersOfOneProcessDivideItsCores() {
    assertThat(settings("local[3]", Map.of()).get("spark.executor.cores")).isEqualTo("3");
    assertThat(settings("local", Map.of()).get("spark.executor.cores")).isEqualTo("1");
    assertThat(settings("local[2,4]", Map.of()).get("spark.executor.cores")).isEqualTo("2");
    assertThat(settings("yarn", Map.of()).contains("spark.executor.cores")).isFalse();
  }

  @Test
  void asksForAsManyWorkersAsThereAreExecutors() {
    SparkConf none = new SparkConf(false);
    SparkConf five = new SparkConf(false).set("spark.executor.instances", "5");
    assertThat(ConnectionSettings.executors(none, "local-cluster[3,1,1024]")).isEqualTo(3);
    assertThat(ConnectionSettings.executors(none, "yarn")).isEqualTo(2);
    assertThat(ConnectionSettings.executors(five, "yarn")).isEqualTo(5);
    assertThat(ConnectionSettings.executors(none, "k8s://https://host:6443")).isEqualTo(2);
    assertThat(ConnectionSettings.executors(none, "spark://host:7077")).isZero();
  }

  @Test
  void refusesClustersThatSparkDoesNotKnow() {
    for (String known :
        List.of("local[*]", "local[2, 4]", "local-cluster[2,1,1024]", "k8s://https://h:6443")) {
      assertThat(settings(known, Map.of()).get("spark.master")).isEqualTo(known);
    }
    for (String unknown : List.of("", "host:7077", "local[x]", "spark://", "mesos://host:5050")) {
      assertThatExceptionOfType(EspalierException.class)
          .as(unknown)
          .isThrownBy(() -> settings(unknown, Map.of()))
          .withMessageContaining("Spark does not know a cluster \"" + unknown + "\".");
    }
  }
}
