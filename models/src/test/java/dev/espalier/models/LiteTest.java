package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Shape;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Multiply;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.Weights;
import dev.espalier.testkit.golden.GoldenNumbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiteTest {
  private static final EfficientNetBuilder SMALL =
      new EfficientNetBuilder(new Lite("lite", 0.1, 1, 32, 0.2)).classes(10);

  private static EfficientNetBuilder variant(int number) {
    return switch (number) {
      case 0 -> EfficientNet.lite0();
      case 1 -> EfficientNet.lite1();
      case 2 -> EfficientNet.lite2();
      case 3 -> EfficientNet.lite3();
      default -> EfficientNet.lite4();
    };
  }

  /** The parameters and the buffers of timm's models, the sizes and rates of the authors. */
  @ParameterizedTest
  @CsvSource({
    "0,  4652008,  42016, 224",
    "1,  5416680,  53664, 240",
    "2,  6092072,  58096, 260",
    "3,  8197096,  76672, 280",
    "4, 13006568, 112368, 300"
  })
  void theVariantsHaveTheParametersOfTimm(int number, long parameters, long buffers, int size) {
    Model model = variant(number).build();
    assertThat(model.name()).isEqualTo("efficientnet-lite" + number);
    assertThat(model.trainableParameterCount()).isEqualTo(parameters);
    assertThat(model.parameterCount()).isEqualTo(parameters + buffers);
    assertThat(model.input().shape()).isEqualTo(Shape.of(-1, size, size, 3));
  }

  @Test
  void thereIsNoSqueezeAndExcitationAndEveryActivationIsRelu6() {
    assertThat(SMALL.build().layers())
        .noneMatch(layer -> layer.layer() instanceof Multiply)
        .extracting(ModelLayer::name)
        .doesNotContain("block2a_se_squeeze");
    assertThat(SMALL.build().layers())
        .filteredOn(layer -> layer.layer() instanceof ActivationLayer)
        .isNotEmpty()
        .allSatisfy(
            layer ->
                assertThat(layer.layer())
                    .hasFieldOrPropertyWithValue("activation", Activation.RELU6));
  }

  @Test
  void theInputIsFromMinusOneToOne() {
    assertThat(SMALL.build().layer("rescaling").layer())
        .isEqualTo(Rescaling.of(1 / 127.5).offset(-1));
    assertThat(SMALL.channels(1).build().layer("rescaling").layer())
        .isEqualTo(Rescaling.of(1 / 127.5).offset(-1));
  }

  /** Without a normalization layer they look like those of qubvel's package. */
  @Test
  void weightsOfOurOwnAreMatchedByName() {
    Weights weights = GoldenNumbers.weights(SMALL.build());
    assertThat(SMALL.weights(weights).build().weights()).isEqualTo(weights);
    Weights base = GoldenNumbers.weights(SMALL.includeTop(false).build());
    assertThat(SMALL.includeTop(false).weights(base).build().weights()).isEqualTo(base);
  }
}
