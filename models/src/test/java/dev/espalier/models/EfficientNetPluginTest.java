package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class EfficientNetPluginTest {
  private static ModelProvider provider(String name) {
    return new EfficientNetPlugin()
        .models().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void theServiceLoaderFindsIt() {
    assertThat(ServiceLoader.load(Plugin.class)).extracting(Plugin::id).contains("efficientnet");
  }

  @Test
  void allVariantsAreOfferedByName() {
    assertThat(new EfficientNetPlugin().models())
        .extracting(ModelProvider::name)
        .containsExactly(
            "efficientnet-b0",
            "efficientnet-b1",
            "efficientnet-b2",
            "efficientnet-b3",
            "efficientnet-b4",
            "efficientnet-b5",
            "efficientnet-b6",
            "efficientnet-b7",
            "efficientnet-b8",
            "efficientnet-l2",
            "efficientnet-lite0",
            "efficientnet-lite1",
            "efficientnet-lite2",
            "efficientnet-lite3",
            "efficientnet-lite4",
            "efficientnetv2-b0",
            "efficientnetv2-b1",
            "efficientnetv2-b2",
            "efficientnetv2-b3",
            "efficientnetv2-s",
            "efficientnetv2-m",
            "efficientnetv2-l",
            "efficientnetv2-xl");
  }

  @Test
  void aProviderSaysWhatItOffers() {
    assertThat(provider("efficientnetv2-s").description())
        .isEqualTo("EfficientNetV2-S for images of 384 pixels, 21.6 million parameters");
  }

  @Test
  void theDefaultRequestGivesKerasModel() {
    Model model = provider("efficientnet-b0").create(ModelRequest.defaults());
    assertThat(model.name()).isEqualTo("efficientnetb0");
    assertThat(model.parameterCount()).isEqualTo(5_330_571);
    assertThat(model.input().shape()).isEqualTo(Shape.of(-1, 224, 224, 3));
  }

  @Test
  void aRequestIsFulfilled() {
    Model model =
        provider("efficientnetv2-b0")
            .create(
                ModelRequest.defaults()
                    .withImageSize(64)
                    .withChannels(1)
                    .withClasses(7)
                    .withDropConnectRate(0.0));
    assertThat(model.input().shape()).isEqualTo(Shape.of(-1, 64, 64, 1));
    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 7));
    assertThat(model.layers().stream().filter(layer -> layer.layer() instanceof Dropout))
        .hasSize(1);
  }

  @Test
  void theClassifierEndsAsItIsAskedTo() {
    ModelRequest request = ModelRequest.defaults().withImageSize(32).withClasses(2);
    for (Activation activation : List.of(Activation.SIGMOID, Activation.LINEAR)) {
      Model model =
          provider("efficientnet-b0").create(request.withClassifierActivation(activation));
      assertThat(model.layer("predictions").layer())
          .isInstanceOfSatisfying(
              Dense.class, dense -> assertThat(dense.activation()).isEqualTo(activation));
    }
    assertThat(provider("efficientnet-b0").create(request).layer("predictions").layer())
        .isInstanceOfSatisfying(
            Dense.class, dense -> assertThat(dense.activation()).isEqualTo(Activation.SOFTMAX));
  }

  @Test
  void requestedWeightsAreLoaded() {
    ModelRequest request = ModelRequest.defaults().withIncludeTop(false).withImageSize(32);
    Weights weights = GoldenNumbers.weights(provider("efficientnet-b0").create(request));
    assertThat(provider("efficientnet-b0").create(request.withWeights(weights)).weights())
        .isEqualTo(weights);
  }
}
