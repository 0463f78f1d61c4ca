package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Loading;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsCommandsTest {
  @TempDir Path folder;
  private Path start;
  private Path output;

  @BeforeEach
  void makeWeights() {
    start = folder.resolve("start.safetensors");
    output = folder.resolve("output.safetensors");
    CommandRun run = CommandRun.of("weights", "convert", kerasFile(), "--output", start);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  /** A small model that Keras saved. */
  private static Path kerasFile() {
    return Path.of("src/test/resources/dev/espalier/cli/cnn.keras").toAbsolutePath();
  }

  private static Model model(Path file) {
    return ModelFile.read(file, PluginRegistry.discover()).model();
  }

  /** Writes random weights of a model that is known by name. */
  private Path bundledModel(int classes) {
    Path file = folder.resolve("narrow-" + classes + ".safetensors");
    Model model =
        PluginRegistry.discover()
            .model("efficientnet-narrow")
            .create(ModelRequest.defaults().withClasses(classes));
    ModelFile.save(file, withInitialValues(model));
    return file;
  }

  private static Model withInitialValues(Model model) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    model
        .variables()
        .forEach(
            variable ->
                values.put(
                    variable.name(),
                    variable
                        .initializer()
                        .create(
                            variable.type().dataType(),
                            variable.shape(),
                            RandomKey.ofSeed(1).with(variable.name()).stream())));
    return model.withWeights(Weights.of(values));
  }

  @Test
  void inspectShowsFormatOriginAndArrays() {
    CommandRun run = CommandRun.of("weights", "inspect", kerasFile());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("format: keras-archive\n")
        .contains("file: cnn.keras\n")
        .contains("origin: Keras 3.15.1\n")
        .contains("8 arrays, 693 values\n")
        .contains("conv2d/kernel    float32(3, 3, 1, 6)\n");
  }

  @Test
  void inspectPrintsJson() {
    CommandRun run = CommandRun.of("weights", "inspect", kerasFile(), "--json");
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(json.get("format").getAsString()).isEqualTo("keras-archive");
    assertThat(json.getAsJsonObject("metadata").get("origin").getAsString())
        .isEqualTo("Keras 3.15.1");
    JsonArray arrays = json.getAsJsonArray("arrays");
    assertThat(arrays).hasSize(8);
    JsonObject first = arrays.get(0).getAsJsonObject();
    assertThat(first.get("name").getAsString()).isEqualTo("conv2d/kernel");
    assertThat(first.get("type").getAsString()).isEqualTo("float32");
    assertThat(first.getAsJsonArray("shape").toString()).isEqualTo("[3,3,1,6]");
  }

  @Test
  void aWholeModelIsConvertedWithoutItsName() {
    assertThat(model(start).parameterCount()).isEqualTo(693);
    assertThat(model(start).weights()).isEqualTo(model(kerasFile()).weights());
    assertThat(CommandRun.of("summary", "--model", kerasFile()).out())
        .contains("max_pooling2d_1 (MaxPooling2D)")
        .contains("Total params: 693");
  }

  @Test
  void weightsAreConvertedForAModelByName() {
    Path weights = bundledModel(7);
    CommandRun run =
        CommandRun.of(
            "weights", "convert", weights, "--model", "efficientnet-narrow", "--output", output);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).containsPattern("(\\d+) of \\1 variables of").contains("Saved " + output);
    assertThat(model(output).weights()).isEqualTo(model(weights).weights());
  }

  @Test
  void aSkippedClassifierStartsUntrained() {
    Path weights = bundledModel(7);
    CommandRun run =
        CommandRun.of(
            "weights",
            "convert",
            weights,
            "--model",
            "efficientnet-narrow",
            "--classes",
            "3",
            "--skip-classifier",
            "--output",
            output);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("2 missing: predictions/kernel, predictions/bias.");
    Model converted = model(output);
    Weights before = model(weights).weights();
    assertThat(converted.output().shape().size(-1)).isEqualTo(3);
    converted
        .weights()
        .asMap()
        .forEach(
            (name, array) -> {
              if (!name.startsWith("predictions/")) {
                assertThat(array).as(name).isEqualTo(before.get(name));
              }
            });
  }

  @Test
  void aSkippedClassifierIsLoadingWithoutThatLayer() {
    Path weights = bundledModel(7);
    CommandRun.of(
        "weights",
        "convert",
        weights,
        "--model",
        "efficientnet-narrow",
        "--skip-classifier",
        "--output",
        output);
    Model loaded =
        WeightTransfer.byName(
                PluginRegistry.discover()
                    .model("efficientnet-narrow")
                    .create(ModelRequest.defaults().withClasses(7)),
                PluginRegistry.discover().readWeights(weights),
                Loading.skip("predictions"))
            .model();
    Model converted = model(output);
    assertThat(loaded.weights().names()).isNotEmpty().doesNotContain("predictions/kernel");
    loaded
        .weights()
        .asMap()
        .forEach(
            (name, array) -> assertThat(converted.weights().get(name)).as(name).isEqualTo(array));
    assertThat(converted.weights().names()).hasSize(loaded.weights().names().size() + 2);
  }

  @Test
  void weightsAreWrittenWithTheNamesOfAnotherProject() {
    Path weights = bundledModel(7);
    CommandRun run =
        CommandRun.of(
            "weights",
            "convert",
            weights,
            "--model",
            "efficientnet-narrow",
            "--names",
            "timm",
            "--output",
            output);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    Weights written = PluginRegistry.discover().readWeights(output);
    assertThat(written.metadata()).containsEntry("format", "pt").doesNotContainKey("espalier");
    assertThat(written.names())
        .contains("conv_stem.weight", "bn1.running_var", "blocks.0.0.conv_dw.weight")
        .doesNotContain("normalization/mean");
    assertThat(written.get("classifier.weight").shape().sizes().get(0)).isEqualTo(7);
  }

  @Test
  void weightsAreWrittenForKeras() {
    Path keras = folder.resolve("output.weights.h5");
    CommandRun run = CommandRun.of("weights", "convert", start, "--output", keras);
    assertThat(run.err()).isEmpty();
    Weights written = PluginRegistry.discover().readWeights(keras);
    assertThat(written.differences(model(start).weights())).isEmpty();
    assertThat(
            CommandRun.of(
                    "weights",
                    "convert",
                    kerasFile(),
                    "--names",
                    "timm",
                    "--output",
                    "x.weights.h5")
                .err())
        .contains("Names of timm are not written to x.weights.h5.");
  }

  @Test
  void namesNeedAModelThatHasThem() {
    assertThat(
            CommandRun.of("weights", "convert", kerasFile(), "--names", "timm", "--output", output)
                .err())
        .contains("--names needs to know which model of timm the file is for.")
        .contains("Add --model");
    assertThat(
            CommandRun.of(
                    "weights",
                    "convert",
                    bundledModel(7),
                    "--model",
                    "efficientnet-narrow",
                    "--names",
                    "tim",
                    "--output",
                    output)
                .err())
        .contains("There is no project with names for efficientnet-narrow named \"tim\"")
        .contains("timm");
    assertThat(output).doesNotExist();
  }

  @Test
  void anotherNumberOfClassesIsRefused() {
    CommandRun run =
        CommandRun.of(
            "weights",
            "convert",
            bundledModel(7),
            "--model",
            "efficientnet-narrow",
            "--classes",
            "3",
            "--output",
            output);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("7").contains("3").contains("[ESP-202]");
    assertThat(output).doesNotExist();
  }

  @Test
  void noFileIsOverwritten() throws IOException {
    byte[] before = Files.readAllBytes(start);
    CommandRun run = CommandRun.of("weights", "convert", kerasFile(), "--output", start);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("exists already");
    assertThat(Files.readAllBytes(start)).isEqualTo(before);
    assertThat(CommandRun.of("weights", "convert", kerasFile(), "--output", "a.h5").err())
        .contains("ends in .safetensors");
  }

  @Test
  void aFileThatHoldsNoWeightsIsRefused() throws IOException {
    Path page = Files.writeString(folder.resolve("page.h5"), "<html>");
    for (String command : List.of("inspect", "convert")) {
      CommandRun run =
          command.equals("inspect")
              ? CommandRun.of("weights", command, page)
              : CommandRun.of("weights", command, page, "--output", output);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("page.h5");
    }
  }
}
