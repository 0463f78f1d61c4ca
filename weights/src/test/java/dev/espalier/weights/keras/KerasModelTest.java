package dev.espalier.weights.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Regularized;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.regularizer.Regularizers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KerasModelTest {
  @TempDir Path folder;

  /** Returns the small model with a text of its configuration replaced. */
  private Path changed(String text, String replacement) {
    String configuration = Archives.configuration();
    assertThat(configuration).contains(text);
    return Archives.withConfiguration(
        folder,
        configuration.replaceFirst("\\Q" + text + "\\E", Matcher.quoteReplacement(replacement)));
  }

  private static void assertRefused(Path file, ErrorCode code, String... parts) {
    assertThatThrownBy(() -> KerasModel.load(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(file.toString())
        .satisfies(
            error -> {
              for (String part : parts) {
                assertThat(error).hasMessageContaining(part);
              }
            })
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(code);
  }

  // ---- models

  @ParameterizedTest
  @ValueSource(strings = {"cnn.keras", "cnn.h5"})
  void aModelHasTheLayersTheWeightsAndTheNamesOfTheFile(String name) {
    Model model = KerasModel.load(Fixtures.keras(name));
    assertThat(model.name()).isEqualTo("sequential");
    assertThat(model.layers().stream().map(layer -> layer.path()))
        .containsExactly(
            "input_layer",
            "rescaling",
            "conv2d",
            "max_pooling2d",
            "conv2d_1",
            "max_pooling2d_1",
            "flatten",
            "dropout",
            "dense",
            "dense_1");
    assertThat(model.weights()).isEqualTo(KerasLegacyHdf5.load(Fixtures.keras("cnn.h5")));
    assertThat(model.trainableParameterCount()).isEqualTo(model.parameterCount());
    assertThat(model.layer("dense").layer())
        .isInstanceOfSatisfying(
            Regularized.class,
            layer -> assertThat(layer.regularizer()).isEqualTo(Regularizers.l2(1e-3)));
  }

  @Test
  void frozenLayersStayFrozen() {
    Model model =
        KerasModel.load(
            changed(
                "\"name\": \"conv2d\", \"trainable\": true",
                "\"name\": \"conv2d\", \"trainable\": false"));
    assertThat(model.layer("conv2d").trainable()).isFalse();
    assertThat(model.layer("conv2d_1").trainable()).isTrue();
  }

  @Test
  void inputsOfUnknownSizeTakeTheGivenShape() {
    String open = "\"batch_shape\": [null, null, null, 1]";
    Path file = changed("\"batch_shape\": [null, 12, 10, 1]", open);
    assertRefused(file, ErrorCode.INVALID_WEIGHT_FILE, "[-1, -1, 1]", "KerasModel.load");
    assertThat(KerasModel.load(file, 12, 10, 1).input().shape().withoutBatch())
        .isEqualTo(Shape.of(12, 10, 1));
  }

  @Test
  void aSequentialWithoutAnInputLayerTakesTheShapeItWasBuiltWith() {
    String configuration = Archives.configuration();
    int start =
        configuration.indexOf("{\"module\": \"keras.layers\", \"class_name\": \"InputLayer\"");
    int end = configuration.indexOf("{\"module\": \"keras.layers\", \"class_name\": \"Rescaling\"");
    Model model =
        KerasModel.load(
            Archives.withConfiguration(
                folder, configuration.substring(0, start) + configuration.substring(end)));
    assertThat(model.input().name()).isEqualTo("rescaling_input");
    assertThat(model.parameterCount()).isEqualTo(693);
  }

  // ---- what has no counterpart

  @Test
  void allThatIsUnsupportedIsListedInOneError() {
    String configuration =
        Archives.configuration()
            .replace("\"class_name\": \"Flatten\"", "\"class_name\": \"Lambda\"")
            .replace("\"class_name\": \"Dropout\"", "\"class_name\": \"LSTM\"")
            .replace("\"activation\": \"gelu\"", "\"activation\": \"my_swish\"")
            .replace("\"data_format\": \"channels_last\"", "\"data_format\": \"channels_first\"")
            .replace(
                "\"bias_constraint\": null", "\"bias_constraint\": {\"class_name\": \"NonNeg\"}");
    assertRefused(
        Archives.withConfiguration(folder, configuration),
        ErrorCode.INVALID_MODEL,
        "flatten (Lambda): runs Python code, which is never loaded",
        "dropout (LSTM): no such layer",
        "conv2d_1 (Conv2D): activation \"my_swish\"",
        "conv2d (Conv2D): data_format \"channels_first\"",
        "max_pooling2d (MaxPooling2D): data_format",
        "dense_1 (Dense): bias_constraint");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"name\": \"float32\" | \"name\": \"mixed_float16\" | dtype mixed_float16",
        "\"padding\": \"same\" | \"padding\": \"causal\" | padding causal",
        "\"dtype\": \"float32\" | \"dtype\": \"string\" | dtype string",
        "\"registered_name\": null, \"build_config\" | \"registered_name\": \"my>Dense\","
            + " \"build_config\" | a class of its own, of my>Dense",
        "\"module\": \"keras.layers\", \"class_name\": \"Conv2D\" | \"module\": \"my.layers\","
            + " \"class_name\": \"Conv2D\" | a class of its own, of my.layers",
        "\"class_name\": \"Sequential\" | \"class_name\": \"MyModel\" | MyModel is no functional",
      })
  void settingsWithoutCounterpartAreRefused(String text, String replacement, String message) {
    assertRefused(changed(text, replacement), ErrorCode.INVALID_MODEL, message);
  }

  // ---- files that are damaged or made to do harm

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"units\": 9 | \"units\": 2147483648 | no positive number below 2^31, but 2147483648",
        "\"units\": 9 | \"units\": -1 | no positive number",
        "\"units\": 9 | \"units\": 2147483647 | larger than any model needs",
        "\"units\": 9 | \"units\": \"many\" | no positive number",
        "\"units\": 9 | \"units\": 1e400 | no positive number",
        "\"kernel_size\": [3, 3] | \"kernel_size\": [3, 1000000000] | two numbers from 1 to 4096",
        "\"kernel_size\": [3, 3] | \"kernel_size\": [] | two numbers from 1 to 4096",
        "\"kernel_size\": [3, 3] | \"kernel_size\": {} | no whole numbers",
        "[null, 12, 10, 1] | [null, 2000000000, 2000000000, 1] | larger than any model needs",
        "[null, 12, 10, 1] | [null, 0, 10, 1] | the shape is",
        "\"name\": \"conv2d_1\" | \"name\": \"conv2d\" | two layers named \"conv2d\"",
        "\"name\": \"conv2d_1\" | \"nome\": \"conv2d\" | there is no name",
        "\"rate\": 0.5 | \"rate\": 7 | dropout",
      })
  void aConfigurationThatMakesNoSenseIsRefused(String text, String replacement, String message) {
    Path file = changed(text, replacement);
    assertThatThrownBy(() -> KerasModel.load(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void weightsOfAnotherModelAreRefused() {
    assertRefused(
        changed("\"units\": 9", "\"units\": 11"),
        ErrorCode.WEIGHT_SHAPE_MISMATCH,
        "dense/kernel is float32(32, 11) in the model and float32(32, 9) in the weights");
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "{\"config\": ".repeat(10_000) + "1" + "}".repeat(10_000);
    assertRefused(
        Archives.withConfiguration(folder, deep),
        ErrorCode.INVALID_WEIGHT_FILE,
        "config.json",
        "it is not JSON");
    assertRefused(
        Archives.withConfiguration(folder, "[".repeat(100_000)), ErrorCode.INVALID_WEIGHT_FILE);
  }

  private static String layer(String className, String name, String config, String inputs) {
    return "{'class_name': '%s', 'name': '%s', 'config': {'name': '%s'%s}, 'inbound_nodes': [%s]}"
        .formatted(className, name, name, config, inputs)
        .replace('\'', '"');
  }

  private static String functional(String layers, String output) {
    return "{\"class_name\": \"Functional\", \"config\": {\"name\": \"f\", \"layers\": ["
        + layers
        + "], \"input_layers\": [[\"in\", 0, 0]], \"output_layers\": [[\""
        + output
        + "\", 0, 0]]}}";
  }

  private static String input() {
    return layer("InputLayer", "in", ", 'batch_input_shape': [null, 2, 2, 1]", "");
  }

  @Test
  void layersThatWaitForEachOtherAreRefused() {
    String layers =
        input()
            + ","
            + layer("Add", "a", "", "[['in', 0, 0, {}], ['b', 0, 0, {}]]")
            + ","
            + layer("Add", "b", "", "[['in', 0, 0, {}], ['a', 0, 0, {}]]");
    assertRefused(
        Archives.withConfiguration(folder, functional(layers, "b")),
        ErrorCode.INVALID_WEIGHT_FILE,
        "layers wait for each other or for one that is not there: a, b");
  }

  @Test
  void outputsThatAreNotThereAreRefused() {
    String layers = input() + "," + layer("Flatten", "a", "", "[['in', 0, 0, {}]]");
    for (String output : new String[] {"missing", "a\", 1, 0], [\"a"}) {
      assertRefused(
          Archives.withConfiguration(folder, functional(layers, output)),
          ErrorCode.INVALID_WEIGHT_FILE,
          "there is no output");
    }
  }

  @Test
  void modelsThatMultiplyAreRefused() {
    String model = functional(input() + "," + layer("ReLU", "a", "", "[['in', 0, 0, {}]]"), "a");
    for (int level = 0; level < 30; level++) {
      String nested =
          model.substring(0, model.length() - 1)
              + ", \"name\": \"f\", \"inbound_nodes\": [[[\"in\", 0, 0, {}]], [[\"f\", 0, 0, {}]]]}";
      model = functional(input() + "," + nested, "f");
    }
    assertRefused(
        Archives.withConfiguration(folder, model),
        ErrorCode.INVALID_WEIGHT_FILE,
        "more than 100000 layers");
  }

  @Test
  void anArchiveThatUnpacksToMoreThanItHoldsIsRefused() {
    for (String name : new String[] {"config.json", "model.weights.h5"}) {
      Map<String, byte[]> entries = Archives.entries();
      entries.put(name, new byte[50_000_000]);
      assertRefused(
          Archives.write(folder.resolve("bomb.keras"), entries),
          ErrorCode.INVALID_WEIGHT_FILE,
          "claims 50000000 bytes");
    }
  }

  @Test
  void anArchiveWithoutAModelIsRefused() {
    for (String name : new String[] {"config.json", "model.weights.h5"}) {
      Map<String, byte[]> entries = Archives.entries();
      entries.remove(name);
      assertRefused(
          Archives.write(folder.resolve("part.keras"), entries),
          ErrorCode.INVALID_WEIGHT_FILE,
          "there is no " + name);
    }
    assertRefused(
        Fixtures.keras("cnn.weights.h5"),
        ErrorCode.INVALID_WEIGHT_FILE,
        "holds weights, but not the model");
  }

  /** As TensorFlow 2.3 saved EfficientNet: the model was trained with these values. */
  @Test
  void aWholeModelComputesWithItsVarianceAsItIs() {
    Weights weights = KerasModel.load(Fixtures.keras("normalization.keras")).weights();
    assertThat(weights.get("normalization/variance").toFloats())
        .containsExactly(0.229f, 0.224f, 0.225f);
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    for (String name : new String[] {"cnn.keras", "cnn.h5"}) {
      byte[] whole = Files.readAllBytes(Fixtures.keras(name));
      for (double part : new double[] {0, 0.0001, 0.1, 0.5, 0.9, 0.999}) {
        Path cut = folder.resolve(name);
        Files.write(cut, Arrays.copyOf(whole, (int) (part * whole.length)));
        assertRefused(cut, ErrorCode.INVALID_WEIGHT_FILE);
      }
    }
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    Path page =
        Files.write(
            folder.resolve("page.keras"), "<html></html>".getBytes(StandardCharsets.US_ASCII));
    assertRefused(page, ErrorCode.INVALID_WEIGHT_FILE);
    assertRefused(folder.resolve("absent.keras"), ErrorCode.FILE_NOT_READABLE);
    assertRefused(folder, ErrorCode.FILE_NOT_READABLE);
  }
}
