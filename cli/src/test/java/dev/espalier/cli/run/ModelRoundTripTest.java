package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.random.RandomKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models through a file and back. */
class ModelRoundTripTest {
  private static final PluginRegistry REGISTRY = PluginRegistry.discover();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"efficientnet-b0", "efficientnetv2-b0", "efficientnet-narrow"})
  void savingWhatWasReadGivesTheSameBytes(String name) throws IOException {
    Model model =
        initialized(REGISTRY.model(name).create(ModelRequest.defaults().withClasses(100)));
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    List<String> classNames = IntStream.range(0, 100).mapToObj(i -> "class " + i).toList();
    ModelFile.save(first, model, classNames, Map.of());
    ModelFile read = ModelFile.read(first, REGISTRY);
    ModelFile.save(second, read.model(), read.classNames(), read.metadata());
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(read.model().summary()).isEqualTo(model.summary());
    assertThat(read.model().weights().differences(model.weights())).isEmpty();
  }

  @Test
  void aGraftedModelKeepsWhatIsFrozenAndCanBeGraftedAgain() {
    Model base =
        initialized(
            REGISTRY
                .model("efficientnet-narrow")
                .create(ModelRequest.defaults().withIncludeTop(false)));
    Model grafted = initialized(grafted(base, 3));
    Path file = folder.resolve("grafted.safetensors");
    ModelFile.save(file, grafted, List.of("a", "b", "c"), Map.of());
    Model read = ModelFile.read(file, REGISTRY).model();
    assertThat(read.trainableParameterCount()).isEqualTo(grafted.trainableParameterCount());
    assertThat(Graft.unfreezeAllButBatchNorms(read, base).trainableParameterCount())
        .isEqualTo(Graft.unfreezeAllButBatchNorms(grafted, base).trainableParameterCount());

    ModelOptions options = new ModelOptions();
    options.model = file.toString();
    Model cut =
        new ModelSource(REGISTRY, options, new PrintWriter(Writer.nullWriter())).base().model();
    assertThat(cut.parameterCount()).isEqualTo(base.parameterCount());
    assertThat(grafted(cut, 7).output().shape().size(-1)).isEqualTo(7);
  }

  private static Model grafted(Model base, int classes) {
    return Graft.onto(base)
        .frozen()
        .globalAveragePooling()
        .batchNormalization()
        .dropout(0.2)
        .dense(classes, Activation.SOFTMAX)
        .build();
  }

  /** Returns the model with a value for each variable that has none. */
  static Model initialized(Model model) {
    Map<String, HostArray> values = new LinkedHashMap<>(model.weights().asMap());
    for (Variable variable : model.variables()) {
      values.computeIfAbsent(
          variable.name(),
          name ->
              variable
                  .initializer()
                  .create(
                      variable.type().dataType(),
                      variable.shape(),
                      RandomKey.ofSeed(1).with(name).stream()));
    }
    return model.withWeights(Weights.of(values));
  }
}
