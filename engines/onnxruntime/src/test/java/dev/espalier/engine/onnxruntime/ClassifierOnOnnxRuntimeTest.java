package dev.espalier.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.ClassifierOptions;
import dev.espalier.core.classifier.HeatMap;
import dev.espalier.data.Image;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class ClassifierOnOnnxRuntimeTest {
  private static final List<String> CLASSES = List.of("red", "green");

  private record Engines(List<EngineProvider> engines) implements Plugin {
    @Override
    public String id() {
      return "engines-of-the-test";
    }
  }

  private static PluginRegistry registry(EngineProvider... engines) {
    return PluginRegistry.builder().add(new Engines(List.of(engines))).build();
  }

  private static PluginRegistry both() {
    return registry(new TensorFlowEngineProvider(), new OnnxRuntimeEngineProvider());
  }

  private static Model model() {
    Model model =
        Sequential.of(
            Input.image(8, 8, 3),
            Rescaling.of(1 / 255.0).named("scale"),
            Conv2D.of(6, 3).activation(Activation.RELU).named("conv"),
            GlobalAveragePooling2D.create().named("pool"),
            Dense.of(2).activation(Activation.SOFTMAX).named("head"));
    return model.withWeights(GoldenNumbers.weights(model)).withClassNames(CLASSES);
  }

  private static Image image(int number) {
    byte[] pixels = new byte[8 * 8 * 3];
    IntStream.range(0, pixels.length).forEach(i -> pixels[i] = (byte) (i * (7 + number)));
    return Image.wrap(8, 8, 3, pixels);
  }

  private static Classifier open(PluginRegistry registry, ClassifierOptions options) {
    return Classifier.of(model(), options, registry);
  }

  @Test
  void answersWhereTheChoiceIsOpenAndLeavesGradientsToAnEngineThatTrains() {
    ClassifierOptions tensorFlow = ClassifierOptions.of(options -> options.engine("tensorflow"));
    try (Classifier automatic = open(both(), ClassifierOptions.defaults());
        Classifier expected = open(both(), tensorFlow)) {
      assertThat(automatic.engine()).isEqualTo("onnxruntime");
      for (int i = 0; i < 5; i++) {
        assertThat(automatic.classify(image(i)).scores())
            .containsExactly(expected.classify(image(i)).scores(), offset(1e-6f));
      }
      HeatMap map = automatic.explain(image(1), "green");
      assertThat(map.values().toFloats())
          .containsExactly(expected.explain(image(1), "green").values().toFloats(), offset(1e-5f));
      HostArray features = automatic.features(image(2), "pool");
      assertThat(features.toFloats())
          .containsExactly(expected.features(image(2), "pool").toFloats(), offset(1e-6f));
      assertThat(automatic.engine()).as("the engine that answers").isEqualTo("onnxruntime");
    }
  }

  @Test
  void anEngineThatWasNamedIsNotReplacedByAnother() {
    ClassifierOptions named = ClassifierOptions.of(options -> options.engine("onnxruntime"));
    try (Classifier classifier = open(both(), named)) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.explain(image(1), "green"))
          .matches(e -> e.code() == ErrorCode.UNSUPPORTED_CAPABILITY)
          .withMessageContaining("The engine onnxruntime cannot train");
      assertThat(classifier.classify(image(1)).scores()).hasSize(2);
    }
  }

  @Test
  void withoutAnEngineThatTrainsThereAreNoHeatMaps() {
    try (Classifier classifier =
        open(registry(new OnnxRuntimeEngineProvider()), ClassifierOptions.defaults())) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.explain(image(1), "green"))
          .matches(e -> e.code() == ErrorCode.UNSUPPORTED_CAPABILITY);
    }
  }

  @Test
  void aClosedClassifierExplainsNothing() {
    Classifier classifier = open(both(), ClassifierOptions.defaults());
    classifier.close();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> classifier.explain(image(1), "green"))
        .matches(e -> e.code() == ErrorCode.CLOSED);
  }
}
