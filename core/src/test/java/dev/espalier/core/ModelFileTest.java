package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.activation.Activation;
import dev.espalier.core.fixture.AlphaPlugin;
import dev.espalier.core.fixture.Doubling;
import dev.espalier.core.internal.file.SafetensorsReader;
import dev.espalier.core.internal.file.SafetensorsWriter;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Add;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.pooling.MaxPooling2D;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.layer.preprocessing.Resizing;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.plugin.Plugin;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  private static final PluginRegistry REGISTRY =
      PluginRegistry.builder().add(new AlphaPlugin()).build();

  @TempDir Path folder;

  static Model withRandomValues(Model model) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    for (Variable variable : model.variables()) {
      values.put(
          variable.name(),
          variable
              .initializer()
              .create(
                  variable.type().dataType(),
                  variable.shape(),
                  RandomKey.ofSeed(1).with(variable.name()).stream()));
    }
    return model.withWeights(Weights.of(values));
  }

  private static Model convolutional() {
    LayerOutput input = Input.image(16, 12, 3);
    LayerOutput x = Resizing.of(8, 8).on(input);
    x = Rescaling.perChannel(List.of(1 / 255.0, 0.5, 2.0), List.of(0.0, -1.0, 0.25)).on(x);
    x = Normalization.create().named("normalization").on(x);
    x = ZeroPadding2D.of(0, 1, 0, 1).on(x);
    x = Conv2D.of(4, 3).strides(2).useBias(false).activation(Activation.SWISH).named("stem").on(x);
    LayerOutput skip = x;
    x = DepthwiseConv2D.of(3).padding(Padding.SAME).on(x);
    x = BatchNormalization.create().momentum(0.9).on(x);
    x = Add.create().on(x, skip);
    x = MaxPooling2D.of(2).on(x);
    x = Dropout.of(0.2).noiseShape(-1, 1, 1, 1).on(x);
    x = GlobalAveragePooling2D.create().on(x);
    x = Dense.of(3).activation(Activation.SOFTMAX).named("predictions").on(x);
    return withRandomValues(Model.of(input, x)).withName("tiny");
  }

  @Test
  void savingWhatWasReadGivesTheSameBytes() throws IOException {
    Model model = convolutional().freeze("stem");
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    ModelFile.save(first, model, List.of("a", "b", "c"), Map.of("data", "cifar100"));
    ModelFile read = ModelFile.read(first, REGISTRY);
    ModelFile.save(second, read.model(), read.classNames(), read.metadata());
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(read.classNames()).containsExactly("a", "b", "c");
    assertThat(read.metadata()).containsExactly(Map.entry("data", "cifar100"));
    assertThat(read.version()).isEqualTo(EspalierVersion.current());
  }

  @Test
  void modelWithChangedLayersIsTheModelSaved() {
    LayerOutput input = Input.of(4);
    Layer shared = Dense.of(4).named("shared");
    LayerOutput inner = Input.of(4);
    Model block = Model.of(inner, Dense.of(4).named("a").on(inner)).withName("block");
    LayerOutput once = block.on(shared.on(input));
    Model model = Model.of(input, Dense.of(2).named("head").on(block.on(shared.on(once))));
    Model changed =
        withRandomValues(
            model
                .replaceLayer("shared", Dense.of(4).useBias(false))
                .insertAfter("block/a", Dropout.of(0.2))
                .renameLayer("block", "part")
                .freeze("part/a")
                .cutAt("head"));

    Model read = roundTrip(changed);

    assertThat(changed.parameterCount()).isEqualTo(16 + 20 + 10);
    assertThat(read.weights().differences(changed.weights())).isEmpty();
    assertThat(read.summary(options -> options.trainable(true).nested(true)))
        .isEqualTo(changed.summary(options -> options.trainable(true).nested(true)));
  }

  @Test
  void theModelReadIsTheModelSaved() {
    Model model = convolutional().freeze("batch_normalization");
    Model read = roundTrip(model);
    assertThat(read.weights().differences(model.weights())).isEmpty();
    assertThat(read.name()).isEqualTo("tiny");
    assertThat(read.summary(options -> options.trainable(true)))
        .isEqualTo(model.summary(options -> options.trainable(true)));
    assertThat(read.nodes().stream().map(LayerOutput::plainLayer).toList())
        .isEqualTo(model.nodes().stream().map(LayerOutput::plainLayer).toList());
    assertThat(read.layer("batch_normalization").trainable()).isFalse();
    assertThat(read.layer("stem").trainable()).isTrue();
  }

  @Test
  void aNewHeadOnAReadModelIsWrittenAndReadAgain() {
    Model base = roundTrip(convolutional()).freeze();
    LayerOutput features = base.layer("global_average_pooling2d").output();
    LayerOutput head = Dense.of(5).named("head").on(BatchNormalization.create().on(features));
    Model grown = withMissingValues(Model.of(base.input(), head));
    Model read = roundTrip(grown);
    assertThat(read.weights().differences(grown.weights())).isEmpty();
    assertThat(read.layer("stem").trainable()).isFalse();
    assertThat(read.layer("head").trainable()).isTrue();
    assertThat(read.parameterCount()).isEqualTo(grown.parameterCount());
  }

  private static Model withMissingValues(Model model) {
    return withRandomValues(model).withMatchingWeights(model.weights());
  }

  @Test
  void nestedAndSharedLayersComeBackAsSuch() {
    Model inner = Sequential.of(Input.of(4), Dense.of(4).named("inside"), Reshape.of(2, 2));
    LayerOutput input = Input.of(4);
    Layer shared = Dense.of(4);
    LayerOutput once = shared.on(input);
    LayerOutput twice = shared.on(once);
    LayerOutput nested = inner.named("part").on(twice);
    Model model =
        withRandomValues(Model.of(input, Flatten.create().on(nested))).freeze("part/inside");
    Model read = roundTrip(model);
    assertThat(read.parameterCount()).isEqualTo(model.parameterCount()).isEqualTo(2 * 20);
    assertThat(read.weights().differences(model.weights())).isEmpty();
    assertThat(read.layer("part/inside").trainable()).isFalse();
    assertThat(read.nodes().get(1).layer()).isSameAs(read.nodes().get(2).layer());
  }

  @Test
  void everyKindOfComponentComesBack() {
    LayerOutput input = Input.of(4);
    Model model = withRandomValues(Model.of(input, Doubling.example().on(input)));
    assertThat(roundTrip(model).nodes().get(1).plainLayer()).isEqualTo(Doubling.example());
  }

  @Test
  void aLayerThatNoPluginListsIsNotMade() {
    LayerOutput input = Input.of(4);
    Model model = withRandomValues(Model.of(input, Doubling.example().on(input)));
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, model);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelFile.read(file, PluginRegistry.builder().build()))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME);
              assertThat(e.problem()).contains("Doubling").contains("the layer doubling");
            });
  }

  @Test
  void aLayerThatIsNoRecordCannotBeSaved() {
    LayerOutput input = Input.of(4);
    Layer lambda = (context, inputs) -> inputs[0];
    Model model = Model.of(input, lambda.named("mine").on(input));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelFile.save(folder.resolve("x"), model))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.problem()).contains("the layer mine");
            });
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aModelWithoutValuesCannotBeSaved() {
    Model model = Sequential.of(Input.of(4), Dense.of(2));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelFile.save(folder.resolve("x"), model))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.MISSING_WEIGHTS);
              assertThat(e.problem()).contains("dense/kernel");
            });
  }

  @Test
  void namesOfClassesMustFitTheOutput() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> ModelFile.save(folder.resolve("x"), convolutional(), List.of("a", "b"), Map.of()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamedAndNothingIsLeftBehind() throws IOException {
    Path isFolder = Files.createDirectory(folder.resolve("taken"));
    Path inFile = Files.writeString(folder.resolve("file"), "text").resolve("model.safetensors");
    for (Path place : List.of(isFolder, inFile)) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> ModelFile.save(place, convolutional()))
          .satisfies(
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE);
                assertThat(e.problem()).contains(place.toString());
              });
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void weightsWithoutAModelAreToldApart() {
    Path file = folder.resolve("weights.safetensors");
    SafetensorsWriter.write(file, Weights.of(Map.of("a", HostArray.scalar(1f))));
    assertThat(REGISTRY.readWeights(file).get("a").item()).isEqualTo(1);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelFile.read(file, REGISTRY))
        .satisfies(e -> assertThat(e.problem()).contains("not the model they belong to"));
  }

  @Test
  void aModelFileIsAlsoAFileOfWeights() {
    Model model = convolutional();
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, model);
    assertThat(model.withWeights(REGISTRY.readWeights(file)).weights().differences(model.weights()))
        .isEmpty();
  }

  @Test
  void aFlippedBitOfAWeightIsNoticedByWhoeverReadsTheFile() throws IOException {
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, convolutional());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 10] ^= 4;
    Files.write(file, bytes);
    for (ThrowingCallable reading :
        List.<ThrowingCallable>of(
            () -> ModelFile.read(file, REGISTRY), () -> REGISTRY.readWeights(file))) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(reading)
          .satisfies(
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
                assertThat(e.problem())
                    .contains(file.toString())
                    .contains("its checksum is crc32c-");
              });
    }
  }

  @Test
  void weightsOfAnotherModelInAFileAreReportedWithTheFile() {
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, convolutional());
    Weights content = SafetensorsReader.read(file);
    Map<String, String> metadata = new TreeMap<>(content.metadata());
    metadata.computeIfPresent(
        "espalier", (key, text) -> text.replace("\"units\":3", "\"units\":4"));
    SafetensorsWriter.write(file, content.withMetadata(metadata));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelFile.read(file, REGISTRY))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.WEIGHT_SHAPE_MISMATCH);
              assertThat(e.problem())
                  .contains(file.toString())
                  .contains("predictions/kernel is float32(4, 4) in the model");
            });
  }

  private Model roundTrip(Model model) {
    Path file = folder.resolve("round-trip.safetensors");
    ModelFile.save(file, model);
    return ModelFile.read(file, REGISTRY).model();
  }

  /** A format of another program, whose files start with two letters and may hold a model. */
  private static final class OtherFormat implements Plugin, WeightFormat {
    @Override
    public String id() {
      return "other";
    }

    @Override
    public List<WeightFormat> weightFormats() {
      return List.of(this);
    }

    @Override
    public String name() {
      return "other-format";
    }

    @Override
    public boolean recognizes(Path file, byte[] head) {
      return head.length > 1 && head[0] == 'O' && head[1] == 'F';
    }

    @Override
    public Weights read(Path file) {
      return model().weights();
    }

    @Override
    public Optional<Model> readModel(Path file) {
      return file.toString().endsWith("model.other") ? Optional.of(model()) : Optional.empty();
    }

    private static Model model() {
      return withRandomValues(Sequential.of(Input.of(3), Dense.of(2))).withName("other");
    }
  }

  @Test
  void aModelOfAnotherProgramIsReadByTheFormatOfAPlugin() throws IOException {
    PluginRegistry registry = PluginRegistry.builder().add(new OtherFormat()).build();
    Path file = Files.writeString(folder.resolve("model.other"), "OF");
    assertThat(registry.weightFormatOf(file).name()).isEqualTo("other-format");
    ModelFile read = ModelFile.read(file, registry);
    assertThat(read.model().name()).isEqualTo("other");
    assertThat(read.version()).isEmpty();
    assertThat(read.metadata()).isEmpty();
    Path ours = folder.resolve("ours.safetensors");
    ModelFile.save(ours, read.model());
    assertThat(ModelFile.read(ours, registry).model().weights()).isEqualTo(read.model().weights());
  }

  @Test
  void weightsOfAnotherProgramAreNoModel() throws IOException {
    PluginRegistry registry = PluginRegistry.builder().add(new OtherFormat()).build();
    Path file = Files.writeString(folder.resolve("weights.other"), "OF");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelFile.read(file, registry))
        .withMessageContaining("weights.other holds weights, but not the model");
  }

  @Test
  void namesOfFilesAreToldFromNamesOfModels() {
    assertThat(Stream.of("a.safetensors", "a.keras", "a.h5", "folder/a"))
        .allMatch(ModelFile::isMeantBy);
    assertThat(Stream.of("efficientnet-b0", "keras", "h5")).noneMatch(ModelFile::isMeantBy);
  }
}
