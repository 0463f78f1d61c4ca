package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Trace;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import dev.espalier.testkit.golden.GoldenSoftmax;
import dev.espalier.testkit.golden.SharedData;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import dev.espalier.weights.keras.KerasModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole models that Keras 3.15.1 saved, on each engine. The module weights has the script that
 * wrote them with Keras' outputs, {@code src/test/python/make_keras_models.py}.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record KerasModelsTest(TestedEngine tested) {
  private static Engine engine;

  @BeforeParameterizedClassInvocation
  static void open(TestedEngine tested) {
    engine = tested.open();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    engine.close();
  }

  private static Path fixture(String name) {
    URL url = Objects.requireNonNull(KerasModelsTest.class.getResource("/keras/" + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<HostArray> run(Model model, List<HostArray> inputs) {
    Ops ops = new Ops();
    List<Tensor> tensors = new ArrayList<>();
    Map<String, HostArray> values = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      tensors.add(ops.input("input" + i, model.inputs().get(i).type()));
      values.put("input" + i, inputs.get(i));
    }
    List<Tensor> results = model.trace(new Trace(ops, Phase.INFERENCE), tensors);
    List<Program.Output> outputs = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      outputs.add(new Program.Output("output" + i, results.get(i)));
    }
    Program program = new Program("predict", ops.toGraph(), outputs, List.of());
    Map<Variable, HostArray> variables = new LinkedHashMap<>();
    program.variables().forEach(v -> variables.put(v, model.weights().get(v.name())));
    try (Session session = engine.openSession(engine.devices().get(0));
        Executable executable = session.compile(program)) {
      session.write(variables);
      Map<String, HostArray> computed = executable.run(values);
      return outputs.stream().map(o -> Objects.requireNonNull(computed.get(o.name()))).toList();
    }
  }

  private static HostArray input(LayerOutput input, JsonArray numbers) {
    Shape sample = input.shape().withoutBatch();
    int samples = (int) (numbers.size() / sample.elementCount());
    Shape shape = sample.withBatch(samples);
    float[] values = new float[numbers.size()];
    int[] indices = new int[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).getAsFloat();
      indices[i] = (int) values[i];
    }
    return input.type().dataType() == DataType.INT32
        ? HostArray.wrapInts(shape, indices)
        : HostArray.wrap(shape, values);
  }

  private static void assertGivesKerasOutputs(Model model, String golden) throws IOException {
    JsonObject numbers =
        JsonParser.parseString(Files.readString(fixture(golden + ".json"))).getAsJsonObject();
    List<HostArray> inputs = new ArrayList<>();
    for (int i = 0; i < model.inputs().size(); i++) {
      inputs.add(
          input(model.inputs().get(i), numbers.getAsJsonArray("inputs").get(i).getAsJsonArray()));
    }
    List<HostArray> outputs = run(model, inputs);
    JsonArray expected = numbers.getAsJsonArray("outputs");
    assertThat(outputs).hasSize(expected.size());
    for (int i = 0; i < outputs.size(); i++) {
      List<Double> wanted =
          expected.get(i).getAsJsonArray().asList().stream().map(JsonElement::getAsDouble).toList();
      assertThat(outputs.get(i).elementCount()).isEqualTo(wanted.size());
      for (int j = 0; j < wanted.size(); j++) {
        assertThat(outputs.get(i).at(j))
            .as("output %s, element %s", i, j)
            .isEqualTo(wanted.get(j), within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resnet.keras, resnet",
    "resnet.h5, resnet",
    "resnet_keras2.h5, resnet",
    "resnet_unnamed.keras, resnet",
    "cnn.keras, cnn",
    "cnn.h5, cnn",
    "cnn_unnamed.keras, cnn",
    "nested.keras, nested",
    "nested.h5, nested",
    "nested_keras2.h5, nested",
    "augmented.keras, augmented",
    "augmented.h5, augmented",
    "two_outputs.keras, two_outputs",
    "two_outputs.h5, two_outputs",
    "image_layers.keras, image_layers",
    "image_layers.h5, image_layers",
    "sequence_layers.keras, sequence_layers",
    "sequence_layers.h5, sequence_layers",
  })
  void aModelOfKerasGivesItsOutputs(String file, String golden) throws IOException {
    assertGivesKerasOutputs(KerasModel.load(fixture(file)), golden);
  }

  @Test
  void aModelOfKerasIsSavedAndReadAsOneOfOurs(@TempDir Path folder) throws IOException {
    for (String name : List.of("image_layers", "nested", "sequence_layers")) {
      Path file = folder.resolve(name + ".safetensors");
      ModelFile.save(file, KerasModel.load(fixture(name + ".keras")));
      assertGivesKerasOutputs(ModelFile.read(file, PluginRegistry.discover()).model(), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"efficientnet_narrow.keras", "efficientnet_narrow_model.h5"})
  void anEfficientNetThatIsReadWholeGivesKerasProbabilities(String file) {
    GoldenSoftmax golden = GoldenSoftmax.read();
    Model model = KerasModel.load(SharedData.path("golden/" + file));
    HostArray images = golden.images();
    float[] pixels = new float[images.elementCount()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) images.at(i);
    }
    HostArray softmax = run(model, List.of(HostArray.wrap(images.shape(), pixels))).get(0);
    for (int i = 0; i < golden.softmax().size(); i++) {
      assertThat(softmax.at(i)).isEqualTo(golden.softmax().get(i), within(1e-6));
    }
  }

  /** Bright and dark images, so that a few steps suffice. */
  private static Dataset images() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      RandomStream random = RandomKey.ofSeed(3).with("image").with(i).stream();
      byte[] pixels = new byte[12 * 10];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (random.nextInt(60) + 60 * (i % 4));
      }
      samples.add(new Sample(Image.wrap(12, 10, 1, pixels), i % 4));
    }
    return Datasets.of("brightness", List.of("a", "b", "c", "d"), samples);
  }

  @Test
  void aModelOfKerasIsTrained() {
    Model model = KerasModel.load(fixture("cnn.keras"));
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings
                    .device("cpu")
                    .seed(5)
                    .optimizer(Sgd.of(0.05).momentum(0.9))
                    .loss(Losses.categoricalCrossentropy()));
    try (Trainer trainer = Trainer.of(model, config, engine)) {
      Weights before = trainer.weights();
      History history =
          trainer.fit(images(), fit -> fit.epochs(5).batchSize(8).verbosity(Verbosity.SILENT));
      Weights after = trainer.weights();
      assertThat(before.names()).noneMatch(name -> before.get(name).equals(after.get(name)));
      List<Double> losses = history.values("loss");
      assertThat(losses.get(4)).isLessThan(losses.get(0));
    }
  }
}
