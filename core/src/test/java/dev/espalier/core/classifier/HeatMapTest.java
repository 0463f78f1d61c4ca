package dev.espalier.core.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Image;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.plugin.Plugin;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class HeatMapTest {
  private record EnginePlugin() implements Plugin {
    @Override
    public String id() {
      return "engine";
    }

    @Override
    public List<EngineProvider> engines() {
      return List.of(new TensorFlowEngineProvider());
    }
  }

  /** A 1x1 convolution copies the first two channels; class 0 counts the first, 1 the second. */
  private static Model twoChannels(Activation last) {
    return Sequential.of(
            Input.image(2, 2, 3),
            Conv2D.of(2, 1).named("copy"),
            GlobalAveragePooling2D.create().named("pool"),
            Dense.of(2).activation(last).named("head"))
        .withMatchingWeights(
            Weights.of(
                Map.of(
                    "copy/kernel",
                    HostArray.wrap(Shape.of(1, 1, 3, 2), 1, 0, 0, 1, 0, 0),
                    "copy/bias",
                    HostArray.wrap(Shape.of(2), 0, 0),
                    "head/kernel",
                    HostArray.wrap(Shape.of(2, 2), 1, -1, -1, 1),
                    "head/bias",
                    HostArray.wrap(Shape.of(2), 0, 0))))
        .withClassNames(List.of("first", "second"));
  }

  private static Classifier open(Model model) {
    return Classifier.of(
        model,
        ClassifierOptions.defaults(),
        PluginRegistry.builder().add(new EnginePlugin()).build());
  }

  /** Red at the upper left, weaker red at the lower right, green elsewhere. */
  private static Image image() {
    return Image.wrap(2, 2, 3, new byte[] {100, 0, 0, 0, 40, 0, 0, 80, 0, 50, 0, 0});
  }

  @Test
  void aMapIsBrightWhereTheClassIsSeen() {
    try (Classifier classifier = open(twoChannels(Activation.SOFTMAX))) {
      HeatMap first = classifier.explain(image(), "first");
      assertThat(first.layer()).isEqualTo("copy");
      assertThat(first.values().shape()).isEqualTo(Shape.of(2, 2));
      assertThat(first.values().toFloats())
          .containsExactly(new float[] {1, 0, 0, 0.5f}, offset(1e-5f));
      assertThat(classifier.explain(image(), 1).values().toFloats())
          .containsExactly(new float[] {0, 0.5f, 1, 0}, offset(1e-5f));
    }
  }

  @Test
  void aSaturatedSoftmaxDoesNotHideTheMap() {
    Model model = twoChannels(Activation.SOFTMAX);
    Image bright = Image.wrap(2, 2, 3, new byte[] {-1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0});
    try (Classifier classifier = open(model)) {
      assertThat(classifier.classify(bright).best().score()).isEqualTo(1f);
      assertThat(classifier.explain(bright, 0).values().toFloats())
          .containsExactly(new float[] {1, 1, 0, 0}, offset(1e-5f));
    }
  }

  @Test
  void aModelWithOneOutputExplainsBothClasses() {
    Model model =
        Sequential.of(
                Input.image(2, 2, 3),
                Conv2D.of(2, 1).named("copy"),
                GlobalAveragePooling2D.create().named("pool"),
                Dense.of(1).activation(Activation.SIGMOID).named("head"))
            .withMatchingWeights(
                Weights.of(
                    Map.of(
                        "copy/kernel",
                        HostArray.wrap(Shape.of(1, 1, 3, 2), 1, 0, 0, 1, 0, 0),
                        "copy/bias",
                        HostArray.wrap(Shape.of(2), 0, 0),
                        "head/kernel",
                        HostArray.wrap(Shape.of(2, 1), 0.01f, -0.01f),
                        "head/bias",
                        HostArray.wrap(Shape.of(1), 0f))));
    try (Classifier classifier = open(model)) {
      assertThat(classifier.explain(image(), 1).values().toFloats())
          .containsExactly(new float[] {1, 0, 0, 0.5f}, offset(1e-5f));
      assertThat(classifier.explain(image(), 0).values().toFloats())
          .containsExactly(new float[] {0, 0.5f, 1, 0}, offset(1e-5f));
    }
  }

  @Test
  void aMapIsDrawnOverTheImageInItsSize() {
    HeatMap map =
        new HeatMap(HostArray.wrap(Shape.of(1, 2), 0f, 1f), 0, "conv", HeatMap.Part.WHOLE);
    Image drawn = map.over(Image.wrap(2, 4, 1, new byte[8]));
    assertThat(drawn).hasToString("Image 2x4x3");
    assertThat(drawn.at(1, 3, 0)).isGreaterThan(150);
    assertThat(drawn.at(1, 0, 0)).isZero();
  }

  @Test
  void whatCannotBeExplainedIsRefused() {
    try (Classifier classifier = open(twoChannels(Activation.SOFTMAX))) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.explain(image(), "frist"))
          .withMessageContaining("first")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME));
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.explain(image(), 2))
          .withMessageContaining("The model has no class 2. Classes go from 0 to 1.");
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.explain(image(), 0, "pool"))
          .withMessageContaining("not feature maps")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_MODEL));
    }
    Model flat = Sequential.of(Input.image(2, 2, 3), Flatten.create(), Dense.of(2));
    try (Classifier classifier = open(flat)) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.explain(image(), 0))
          .withMessageContaining("has feature maps");
    }
  }
}
