package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.activation.Activation;
import dev.espalier.cli.CommandRun;
import dev.espalier.core.InferenceProgram;
import dev.espalier.core.ModelExport;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.models.EfficientNet;
import dev.espalier.models.EfficientNetV2;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.testkit.model.ExportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** A SavedModel gives in TensorFlow's own loader what the model gives in the engine. */
@Tag("native")
class SavedModelExportTest {
  private static final PluginRegistry REGISTRY = PluginRegistry.discover();
  private static Engine engine;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    engine = REGISTRY.openEngine(EngineSettings.of(settings -> settings.engine("tensorflow")));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  static Stream<Model> models() {
    Activation none = Activation.LINEAR;
    return Stream.of(
        EfficientNet.custom(0.25, 0.25)
            .imageSize(64)
            .classes(10)
            .classifierActivation(none)
            .build(),
        EfficientNetV2.custom(0.25, 0.25)
            .imageSize(64)
            .classes(10)
            .classifierActivation(none)
            .build(),
        ExportedModel.withUnknownLayer());
  }

  static Stream<Model> largeModels() {
    Activation none = Activation.LINEAR;
    return Stream.of(
        EfficientNet.b0().imageSize(64).classes(100).classifierActivation(none).build(),
        EfficientNetV2.b0().imageSize(64).classes(100).classifierActivation(none).build());
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("largeModels")
  void logitsOfWholeNetworksAreThoseOfTheEngine(Model untrained) {
    logitsAreThoseOfTheEngineForAnyBatch(untrained);
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsAreThoseOfTheEngineForAnyBatch(Model untrained) {
    Model model = untrained.withWeights(GoldenNumbers.weights(untrained));
    int size = model.input().shape().size(1);
    Path saved = folder.resolve("saved");
    ModelExport.of(model).write(REGISTRY.exportFormat("saved-model"), saved);
    try (SavedModelBundle bundle = SavedModelBundle.load(saved.toString(), "serve")) {
      for (int batch : List.of(2, 1)) {
        HostArray images = GoldenNumbers.images("golden/" + size, batch, size, size);
        HostArray expected = Objects.requireNonNull(run(model, images).get("output"));
        assertThat(ExportedModel.difference(run(bundle, images, "output"), expected))
            .isLessThan(1e-4);
      }
    }
  }

  @Test
  void takesFloatsFrom0To255() {
    Model untrained = EfficientNet.custom(0.25, 0.25).imageSize(32).classes(10).build();
    Model model = untrained.withWeights(GoldenNumbers.weights(untrained));
    Path saved = folder.resolve("saved");
    ModelExport.of(model)
        .option("input", "float")
        .write(REGISTRY.exportFormat("saved-model"), saved);
    HostArray images = GoldenNumbers.images("golden/32", 2, 32, 32);
    HostArray expected = Objects.requireNonNull(run(model, images).get("output"));
    try (SavedModelBundle bundle = SavedModelBundle.load(saved.toString(), "serve")) {
      TensorInfo image = signature(bundle).getInputsOrThrow("image");
      assertThat(image.getDtype()).isEqualTo(DataType.DT_FLOAT);
      assertThat(image.getTensorShape().getDimList())
          .extracting(one -> one.getSize())
          .containsExactly(-1L, 32L, 32L, 3L);
      assertThat(ExportedModel.difference(run(bundle, images, "output"), expected))
          .isLessThan(1e-4);
    }
  }

  @Test
  void givesEachOutputOfAModelWithSeveralAndItsMetadata() throws IOException {
    LayerOutput image = Input.image(8, 8, 3);
    LayerOutput features = Conv2D.of(4, 3).on(image);
    LayerOutput pooled = GlobalAveragePooling2D.create().on(features);
    Model untrained =
        Model.of(
            List.of(image),
            List.of(Dense.of(2).named("kind").on(pooled), Dense.of(3).named("place").on(pooled)));
    Model model = untrained.withWeights(GoldenNumbers.weights(untrained));
    Path saved = folder.resolve("saved");
    ModelExport.of(model)
        .metadata(Map.of("dataset", "shapes"))
        .write(REGISTRY.exportFormat("saved-model"), saved);
    HostArray images = GoldenNumbers.images("golden/8", 2, 8, 8);
    Map<String, HostArray> expected = run(model, images);
    assertThat(expected).containsOnlyKeys("output/kind", "output/place");
    try (SavedModelBundle bundle = SavedModelBundle.load(saved.toString(), "serve")) {
      expected.forEach(
          (name, values) ->
              assertThat(ExportedModel.difference(run(bundle, images, name), values))
                  .isLessThan(1e-4));
    }
    assertThat(metadata(saved).get("dataset").getAsString()).isEqualTo("shapes");
    assertThat(metadata(saved).get("image_size").getAsString()).isEqualTo("8x8");
    assertThat(metadata(saved).has("class_names")).isFalse();
  }

  @Test
  void theCommandWritesAFolderWithTheClassNames() throws IOException {
    Model untrained =
        Sequential.of(
                Input.image(8, 8, 3),
                Conv2D.of(2, 3),
                GlobalAveragePooling2D.create(),
                Dense.of(2).activation(Activation.SOFTMAX))
            .withClassNames(List.of("cat & dog", "\"bird\""));
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, untrained.withWeights(GoldenNumbers.weights(untrained)));
    Path saved = folder.resolve("new/saved");
    CommandRun run = CommandRun.of("export", file, "--format", "saved-model", "--output", saved);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).matches("Saved \\S+saved \\(saved-model, 0\\.\\d MB\\)\\.\\R");
    assertThat(metadata(saved).getAsJsonArray("class_names"))
        .extracting(one -> one.getAsString())
        .containsExactly("cat & dog", "\"bird\"");
    try (Stream<Path> left = Files.list(folder.resolve("new"))) {
      assertThat(left).containsExactly(saved);
    }

    CommandRun again = CommandRun.of("export", file, "--format", "saved-model", "--output", saved);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("The folder ", " exists already.");
    CommandRun half =
        CommandRun.of(
            "export",
            file,
            "--format",
            "saved-model",
            "--output",
            folder.resolve("half"),
            "--weights",
            "float16");
    assertThat(half.exitCode()).isEqualTo(2);
    assertThat(half.err())
        .contains("There is no option of the format saved-model named \"weights\".");
    CommandRun integers =
        CommandRun.of(
            "export",
            file,
            "--format",
            "saved-model",
            "--output",
            folder.resolve("half"),
            "--int8",
            folder);
    assertThat(integers.exitCode()).isEqualTo(2);
    assertThat(integers.err()).contains("does not store integers of 8 bits");
    assertThat(folder.resolve("half")).doesNotExist();
  }

  @Test
  void leavesNothingWhereAVariableHasNoValue() throws IOException {
    Model model = Sequential.of(Input.image(8, 8, 3), GlobalAveragePooling2D.create(), Dense.of(2));
    assertThatThrownBy(
            () ->
                ModelExport.of(model)
                    .write(REGISTRY.exportFormat("saved-model"), folder.resolve("saved")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("has no value");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void isRefusedWithoutTheEngineOrItsLibrary() {
    PluginRegistry without = PluginRegistry.builder().discover().exclude("tensorflow").build();
    assertThatThrownBy(() -> without.exportFormat("saved-model"))
        .hasMessageContaining("There is no export format named \"saved-model\".")
        .hasMessageContaining("Add dev.espalier:espalier-engine-tensorflow.");

    Model model = Sequential.of(Input.image(8, 8, 3), GlobalAveragePooling2D.create(), Dense.of(2));
    EngineSettings elsewhere =
        EngineSettings.of(
            settings ->
                settings.option("tensorflow", "library-folder", folder.resolve("no").toString()));
    assertThatThrownBy(
            () ->
                ModelExport.of(model.withWeights(GoldenNumbers.weights(model)))
                    .engines(elsewhere)
                    .write(REGISTRY.exportFormat("saved-model"), folder.resolve("saved")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("ESP-501")
        .hasMessageContaining("does not exist");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesWhatIsTooLargeForTheFormat() {
    Model model =
        Sequential.of(
            Input.image(8, 8, 3),
            GlobalAveragePooling2D.create(),
            Dense.of(25_000),
            Dense.of(25_000));
    assertThatThrownBy(
            () ->
                ModelExport.of(model)
                    .write(REGISTRY.exportFormat("saved-model"), folder.resolve("saved")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("ESP-205")
        .hasMessageContaining("The weights of the model have 2500500000 bytes");
    assertThat(folder).isEmptyDirectory();
  }

  private static JsonObject metadata(Path saved) throws IOException {
    return JsonParser.parseString(Files.readString(saved.resolve("assets.extra/metadata.json")))
        .getAsJsonObject();
  }

  private static SignatureDef signature(SavedModelBundle bundle) {
    return bundle.metaGraphDef().getSignatureDefOrThrow("serving_default");
  }

  private static HostArray run(SavedModelBundle bundle, HostArray images, String output) {
    TensorInfo image = signature(bundle).getInputsOrThrow("image");
    String fetched = signature(bundle).getOutputsOrThrow(output).getName();
    try (org.tensorflow.Tensor fed = tensor(images, image.getDtype());
        Result result = bundle.session().runner().feed(image.getName(), fed).fetch(fetched).run()) {
      TFloat32 values = (TFloat32) result.get(0);
      float[] copy = new float[(int) values.size()];
      values.copyTo(DataBuffers.of(copy));
      return HostArray.wrap(
          Shape.of(Arrays.stream(values.shape().asArray()).mapToInt(Math::toIntExact).toArray()),
          copy);
    }
  }

  private static org.tensorflow.Tensor tensor(HostArray images, DataType type) {
    org.tensorflow.ndarray.Shape shape =
        org.tensorflow.ndarray.Shape.of(
            images.shape().sizes().stream().mapToLong(Integer::longValue).toArray());
    return type == DataType.DT_FLOAT
        ? TFloat32.tensorOf(shape, DataBuffers.of(floats(images)))
        : TUint8.tensorOf(shape, DataBuffers.of(images.bytes()));
  }

  private static float[] floats(HostArray array) {
    float[] values = new float[array.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.at(i);
    }
    return values;
  }

  private static Map<String, HostArray> run(Model model, HostArray images) {
    return ExportedModel.run(
        engine,
        InferenceProgram.of(model),
        model.weights(),
        Map.of(InferenceProgram.IMAGE, images));
  }
}
