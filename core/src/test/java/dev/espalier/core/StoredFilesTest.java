package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.core.internal.file.SafetensorsReader;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Size2d;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Model files and checkpoints that earlier versions wrote: what was written once can be read for
 * ever. There is one of each format; a file is never replaced, and whoever raises a format adds
 * one. Those here were written before {@code Conv2D} had groups.
 */
class StoredFilesTest {
  /** Format 1 of checkpoints did not note the settings and is refused. */
  private static final int FIRST_CHECKPOINT = 2;

  private static final int FIRST_MODEL = 1;

  @TempDir Path folder;

  private static Path stored(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(StoredFilesTest.class.getResource("stored/" + name), name)
              .toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static List<Path> storedFiles() throws IOException {
    try (Stream<Path> files = Files.list(stored("model-format-1.safetensors").getParent())) {
      return files.sorted().toList();
    }
  }

  private static Model network() {
    return network(1);
  }

  private static Model network(int groups) {
    return Sequential.of(
        Input.image(8, 8, 3),
        Rescaling.of(1 / 255.0).named("scale"),
        ZeroPadding2D.of(0, 1, 0, 1).named("pad"),
        Conv2D.of(4, 3).strides(2).useBias(false).named("stem"),
        BatchNormalization.create().momentum(0.9).named("stem_bn"),
        ActivationLayer.of(Activation.SWISH).named("stem_activation"),
        DepthwiseConv2D.of(3).padding(Padding.SAME).activation(Activation.RELU).named("depthwise"),
        Conv2D.of(6, 3)
            .padding(Padding.SAME)
            .dilation(2)
            .activation(Activation.TANH)
            .groups(groups)
            .named("project"),
        GlobalAveragePooling2D.create().named("pool"),
        Dropout.of(0.2).named("drop"),
        Dense.of(3).activation(Activation.SOFTMAX).named("head"));
  }

  private static List<Layer> layers(Model model) {
    return model.nodes().stream().map(LayerOutput::plainLayer).toList();
  }

  @ParameterizedTest
  @MethodSource("storedFiles")
  void everyStoredFileIsReadAsTheModelItWas(Path file) {
    Model read = ModelFile.read(file, PluginRegistry.builder().build()).model();

    assertThat(layers(read)).isEqualTo(layers(network()));
    assertThat(read.weights().names())
        .containsExactlyElementsOf(network().variables().stream().map(v -> v.name()).toList());
  }

  @Test
  void aStoredModelHasItsWeightsClassesAndFrozenLayers() {
    ModelFile read =
        ModelFile.read(stored("model-format-1.safetensors"), PluginRegistry.builder().build());

    assertThat(read.classNames()).containsExactly("red", "green", "blue");
    assertThat(read.model().layer("stem").trainable()).isFalse();
    HostArray kernel = read.model().weights().get("project/kernel");
    for (int i = 0; i < kernel.elementCount(); i++) {
      assertThat(kernel.at(i)).isEqualTo((i * 53 + 7) % 97 / 97f - 0.5f);
    }
  }

  @Test
  void aConvolutionThatWasStoredBeforeThereWereGroupsHasOne() {
    ModelFile read =
        ModelFile.read(stored("model-format-1.safetensors"), PluginRegistry.builder().build());

    assertThat(read.model().layer("project").output().plainLayer())
        .isInstanceOfSatisfying(
            Conv2D.class,
            layer -> {
              assertThat(layer.groups()).isEqualTo(1);
              assertThat(layer.dilation()).isEqualTo(Size2d.square(2));
            });
  }

  private static Callback lightsGoOut() {
    return InterruptedTraining.PowerFailure.at(1, 2);
  }

  private static void train(ScriptedEngine engine, Model model, Callback... callbacks) {
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings
                    .seed(3)
                    .optimizer(Sgd.of(0.05).momentum(0.9))
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()));
    try (Trainer trainer = Trainer.of(model, config, Engines.with(engine))) {
      trainer.fit(
          SmallImages.colours(12),
          fit -> fit.epochs(3).batchSize(4).verbosity(Verbosity.SILENT).callbacks(callbacks));
    }
  }

  static List<Path> storedCheckpoints() throws IOException {
    return storedFiles().stream().filter(file -> file.toString().contains("checkpoint")).toList();
  }

  @ParameterizedTest
  @MethodSource("storedCheckpoints")
  void aTrainingGoesOnFromAStoredCheckpoint(Path stored) throws IOException {
    ScriptedEngine whole = new ScriptedEngine();
    train(whole, network());
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    Files.copy(stored, checkpoint);
    ScriptedEngine resumed = new ScriptedEngine();
    train(resumed, network(), BackupAndRestore.to(checkpoint).everySteps(1));

    assertThat(resumed.trainingSteps).isEqualTo(whole.trainingSteps.subList(5, 9));
  }

  /** A component that did not exist then is a difference if it is not what it was then. */
  @Test
  void aStoredCheckpointIsNotOneOfATrainingWithGroups() throws IOException {
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    Files.copy(stored("checkpoint-format-2.safetensors"), checkpoint);
    assertThatThrownBy(
            () ->
                train(
                    new ScriptedEngine(),
                    network(2),
                    BackupAndRestore.to(checkpoint).everySteps(1)))
        .hasMessageContaining("layers.project.layer.groups was none and is 2");
  }

  @Test
  void thereIsAStoredFileOfEachFormat() throws IOException {
    Path model = folder.resolve("model.safetensors");
    ModelFile.save(model, ModelFileTest.withRandomValues(network()));
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    ScriptedEngine engine = new ScriptedEngine();
    assertThatThrownBy(
            () ->
                train(
                    engine,
                    network(),
                    BackupAndRestore.to(checkpoint).everySteps(1),
                    lightsGoOut()))
        .hasMessageContaining("lights go out");

    assertThat(storedFiles().stream().map(file -> String.valueOf(file.getFileName())))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    names("model-format-", FIRST_MODEL, format(model, "espalier")),
                    names(
                        "checkpoint-format-",
                        FIRST_CHECKPOINT,
                        format(checkpoint, "espalier.checkpoint")))
                .toList());
  }

  private static Stream<String> names(String prefix, int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(i -> prefix + i + ".safetensors");
  }

  private static int format(Path file, String key) {
    String text = SafetensorsReader.read(file).metadata().get(key);
    return JsonParser.parseString(text).getAsJsonObject().get("format").getAsInt();
  }
}
