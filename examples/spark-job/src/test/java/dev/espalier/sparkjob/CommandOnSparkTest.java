package dev.espalier.sparkjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.cli.Main;
import dev.espalier.cli.run.Interruption;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code espalier fine-tune --cluster} trains on executors what it trains without. */
@Tag("native")
class CommandOnSparkTest {
  private static final double TOLERANCE = 2e-5;

  @TempDir static Path folder;

  private record Ended(int code, String out, String err) {}

  private static Ended run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine(Clock.systemUTC(), new Interruption(() -> {}, code -> {}, null));
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    int code = command.execute(arguments);
    return new Ended(code, out.toString(), err.toString());
  }

  /** Two phases of an epoch on a few images, augmented, with a last batch of three. */
  private static Ended fineTune(Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("fine-tune", "--limit", "19", "--validation-limit", "10", "--batch-size", "8"));
    arguments.addAll(List.of("--epochs", "1", "--fine-tune-epochs", "1", "--threads", "1"));
    arguments.addAll(List.of("--set", "augmentations.0.name=random-flip"));
    arguments.addAll(List.of("--output", output.toString(), "--engine", "tensorflow"));
    arguments.addAll(
        List.of("--model", folder.resolve("base.safetensors").toString(), "--recipe", "quick"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static String option(String name, Object value) {
    return "--cluster-option=" + name + "=" + value;
  }

  private static Ended inOneProcess;

  /** A model of a few layers, which compiles in no time. */
  private static void writeBase() {
    Model base =
        Sequential.of(
            Input.image(64, 64, 3),
            Rescaling.of(1 / 255.0).named("scale"),
            Conv2D.of(6, 3).strides(4).activation(Activation.RELU).named("conv"),
            GlobalAveragePooling2D.create().named("avg_pool"),
            Dense.of(4).activation(Activation.SOFTMAX).named("predictions"));
    Random random = new Random(5);
    Map<String, HostArray> weights = new LinkedHashMap<>();
    for (Variable variable : base.variables()) {
      float[] values = new float[variable.shape().arrayLength()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian() / 4;
      }
      weights.put(variable.name(), HostArray.wrap(variable.shape(), values));
    }
    ModelFile.save(
        folder.resolve("base.safetensors"),
        base.withWeights(Weights.of(weights)),
        List.of(),
        Map.of());
  }

  @BeforeAll
  static void trainInOneProcess() {
    writeBase();
    inOneProcess = fineTune(folder.resolve("one"));
    assertThat(inOneProcess.code()).as(inOneProcess.err()).isZero();
  }

  private static Weights weights(Path run) {
    return ModelFile.read(run.resolve("model.safetensors"), PluginRegistry.discover())
        .model()
        .weights();
  }

  private static double[] values(HostArray array) {
    return IntStream.range(0, array.elementCount()).mapToDouble(array::at).toArray();
  }

  /** Returns the values of a run's epochs, without how long they took. */
  private static double[] history(Path run) throws IOException {
    List<String> lines = Files.readAllLines(run.resolve("history.csv"));
    List<String> names = List.of(lines.get(0).split(","));
    assertThat(names).contains("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate");
    return lines.stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .flatMapToDouble(
            cells ->
                IntStream.range(0, cells.length)
                    .filter(i -> !Set.of("phase", "seconds").contains(names.get(i)))
                    .mapToDouble(i -> Double.parseDouble(cells[i])))
        .toArray();
  }

  private static void assertTrainedAsInOneProcess(Path run) throws IOException {
    Weights trained = weights(run);
    weights(folder.resolve("one"))
        .asMap()
        .forEach(
            (name, array) ->
                assertThat(values(trained.get(name)))
                    .as(name)
                    .containsExactly(values(array), within(TOLERANCE)));
    assertThat(history(run)).containsExactly(history(folder.resolve("one")), within(1e-4));
    assertThat(run).isDirectoryContaining("glob:**best.safetensors");
    assertThat(run).isDirectoryContaining("glob:**report.html");
    assertThat(run).isDirectoryNotContaining("glob:**checkpoint*");
  }

  @Test
  void executorsTrainBothPhases() throws IOException {
    Path output = folder.resolve("executors");
    Ended ended =
        fineTune(
            output,
            "--cluster",
            "local-cluster[2,1,1024]",
            option("spark.executor.extraClassPath", System.getProperty("java.class.path")),
            option("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"),
            option("spark.driver.host", "127.0.0.1"),
            option("spark.ui.enabled", false));
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains(", trained by Spark 4.")
        .contains("on local-cluster[2,1,1024], 2 workers");
    assertTrainedAsInOneProcess(output);
  }

  @Test
  void anInterruptedRunGoesOnWithWorkers() throws Exception {
    Path output = folder.resolve("resumed");
    String[] cluster = {"--cluster", "local[2]", option("spark.ui.enabled", false)};
    Thread training = new Thread(() -> fineTune(output, cluster));
    training.start();
    while (training.isAlive() && !Files.exists(output.resolve("checkpoint-head.safetensors"))) {
      Thread.sleep(5);
    }
    training.interrupt();
    training.join();
    assertThat(output).isDirectoryContaining("glob:**checkpoint-head.safetensors");

    Ended ended =
        run("fine-tune", "--resume", output.toString(), cluster[0], cluster[1], cluster[2]);

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("on local[2], 2 workers");
    assertTrainedAsInOneProcess(output);
  }

  @Test
  void aClusterThatSparkDoesNotKnowIsNamed() {
    Path output = folder.resolve("unknown");
    Ended ended = fineTune(output, "--cluster", "somewhere");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .contains("Spark does not know a cluster \"somewhere\".")
        .contains("spark://HOST:7077");
    assertThat(output).doesNotExist();
  }

  @Test
  void whatWorkersCannotDoIsRefused() {
    Ended cached =
        fineTune(
            folder.resolve("cached"),
            "--cluster",
            "local[2]",
            "--cache-features",
            "on",
            option("spark.ui.enabled", false));
    assertThat(cached.code()).isEqualTo(1);
    assertThat(cached.err()).contains("Features cannot be cached on a cluster.");
  }
}
