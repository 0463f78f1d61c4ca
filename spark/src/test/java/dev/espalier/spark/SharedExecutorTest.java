package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.EspalierVersion;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.training.History;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of its own with one executor of two cores, which its tasks share, and which is replaced
 * by one of another version. Last, so that others share their cluster.
 */
@Tag("native")
@Order(Integer.MAX_VALUE)
class SharedExecutorTest {
  @TempDir static Path folder;

  private static Path other;
  private static SparkSession session;

  @BeforeAll
  static void start() {
    other = folder.resolve("other.jar");
    session = SparkCluster.startAnother(1, 2, other);
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  @Test
  void workersOfOneExecutorTrainAsOneProcess() {
    SparkTrainerTest.Result expected =
        SparkTrainerTest.expected(TestTraining.CONFIG, TestTraining.FIT);
    try (SparkTrainer trainer =
        SparkTrainer.of(session, 2, TestTraining.model(), TestTraining.CONFIG)) {
      History history = trainer.fit(TestTraining.DATA, TestTraining.FIT);
      SparkTrainerTest.assertSame(trainer, history, expected);
      assertThat(trainer.workerTimes()) // of both workers
          .singleElement()
          .satisfies(times -> assertThat(times.steps()).isEqualTo(2 * 5 * TestTraining.EPOCHS));
    }
  }

  @Test
  void workersOfOneExecutorDivideItsCores() {
    List<String> together = where(2);
    assertThat(together.get(0)).startsWith("1 ").isEqualTo(together.get(1));
    assertThat(where(1).get(0)).startsWith("2 ");
  }

  private static List<String> where(int workers) {
    return new BarrierCluster(session.sparkContext(), workers)
        .run(TestTraining.WHERE).stream()
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .toList();
  }

  /** Writes the package of the version, as the jar of another version has it. */
  private static void writeOtherVersion() throws IOException, URISyntaxException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "0.0.9");
    Path own =
        Path.of(EspalierVersion.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String name = EspalierVersion.class.getPackageName().replace('.', '/');
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(other), manifest)) {
      if (Files.isDirectory(own)) {
        copyClasses(own.resolve(name), name, jar);
      } else {
        try (FileSystem content = FileSystems.newFileSystem(own)) {
          copyClasses(content.getPath(name), name, jar);
        }
      }
    }
  }

  private static void copyClasses(Path folder, String name, JarOutputStream jar)
      throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        jar.putNextEntry(new JarEntry(name + "/" + file.getFileName()));
        Files.copy(file, (OutputStream) jar);
      }
    }
  }

  @Test
  void anExecutorOfAnotherVersionIsRefused() throws Exception {
    String own = Pattern.quote(EspalierVersion.current());
    Path model = TestModels.write(folder.resolve("model.safetensors"), TestModels.colours());
    writeOtherVersion();
    SparkTrainerTest.killExecutor();
    try (SparkTrainer trainer =
        SparkTrainer.of(session, 2, TestTraining.model(), TestTraining.CONFIG)) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> trainer.fit(TestTraining.DATA, TestTraining.FIT))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VERSION_MISMATCH))
          .withMessageMatching(
              "Worker 1 of 2, executor \\d+ on 127\\.0\\.0\\.1: It runs Espalier 0\\.0\\.9, the"
                  + " driver Espalier "
                  + own
                  + "\\. Start workers and driver with the same jars\\. \\[ESP-901]");
      assertThatThrownBy(
              () ->
                  new EspalierClassifier()
                      .setModelFile(model.toString())
                      .setInputCol("path")
                      .transform(
                          session.createDataset(List.of("a.png"), Encoders.STRING()).toDF("path"))
                      .count())
          .hasStackTraceContaining(" on 127.0.0.1 runs Espalier 0.0.9, the driver Espalier ")
          .hasStackTraceContaining("Submit the job with one fat jar, ")
          .hasStackTraceContaining("[ESP-901]");
    } finally {
      Files.delete(other);
      SparkTrainerTest.killExecutor();
    }
  }
}
