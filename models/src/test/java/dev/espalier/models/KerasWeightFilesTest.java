package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.testkit.golden.SharedData;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import dev.espalier.weights.keras.KerasWeightsHdf5;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weight files that Keras wrote, in the models that they belong to. */
class KerasWeightFilesTest {
  private static final EfficientNetBuilder NARROW =
      EfficientNet.custom(0.25, 1).classes(10).imageSize(64).dropConnectRate(0).dropoutRate(0);

  @ParameterizedTest
  @ValueSource(strings = {"efficientnet_narrow.h5", "efficientnet_narrow_model.h5"})
  void filesOfKeras3HoldTheGoldenWeightsInTheOrderOfTheModel(String name) {
    Weights weights = KerasLegacyHdf5.load(SharedData.path("golden/" + name));
    Model model = NARROW.build();
    assertThat(weights.names())
        .containsExactlyElementsOf(
            model.variables().stream().map(variable -> variable.name()).toList());
    assertThat(weights.get("normalization/count")).isEqualTo(HostArray.scalar(0));
    Weights expected = GoldenNumbers.weights(model);
    // NumPy and Java may round the last bit of a square root's product differently.
    assertThat(weights.differences(expected)).allSatisfy(line -> assertThat(line).contains("E-"));
    assertThat(weights.metadata()).containsEntry(WeightTransfer.FILE_KEY, name);
    assertThat(NARROW.weights(weights).build().weights()).isEqualTo(weights);
  }

  @Test
  void theRealBackboneFitsByOrderAndByName() {
    Weights weights = KerasLegacyHdf5.load(SharedData.path("data/efficientnetv2-b0_notop.h5"));
    assertThat(weights.names()).hasSize(359);
    assertThat(weights.elementCount()).isEqualTo(5_919_312);
    Model model = EfficientNetV2.b0().includeTop(false).build();
    assertThat(WeightTransfer.inOrder(model, weights).model().weights()).isEqualTo(weights);
    WeightTransfer byName = WeightTransfer.byName(model, weights);
    assertThat(byName.matched()).hasSize(359);
    assertThat(byName.missing()).isEmpty();
    assertThat(byName.unexpected()).isEmpty();
  }

  @Test
  void theRealBackboneDoesNotFitAnotherVariant() {
    Weights weights = KerasLegacyHdf5.load(SharedData.path("data/efficientnetv2-b0_notop.h5"));
    assertThatThrownBy(() -> EfficientNetV2.b1().includeTop(false).weights(weights).build())
        .hasMessageContaining("The file efficientnetv2-b0_notop.h5 has 150 layers with weights")
        .hasMessageContaining("the model \"efficientnetv2-b1\" has 184");
  }

  @Test
  void weightsOfKeras3DoNotFitAModelOfAnotherWidth() {
    Path file = SharedData.path("golden/efficientnet_narrow.weights.h5");
    ThrowingCallable loading =
        () -> {
          Model model = EfficientNet.b0().classes(5).weights(KerasWeightsHdf5.load(file)).build();
          model.summary();
        };
    assertThatThrownBy(loading)
        .hasMessageContaining("The file efficientnet_narrow.weights.h5 does not fit")
        .hasMessageContaining("stem_conv/kernel is float32(3, 3, 3, 32) in the model and");
  }

  @ParameterizedTest
  @ValueSource(strings = {"efficientnet_narrow.weights.h5", "efficientnet_narrow.keras"})
  void filesOfKeras3FitByNameWhateverTheOrderAndByTypeWithoutNames(String name) {
    Path file = SharedData.path("golden/" + name);
    Weights weights = PluginRegistry.discover().readWeights(file);
    Weights expected = KerasLegacyHdf5.load(SharedData.path("golden/efficientnet_narrow.h5"));
    assertThat(NARROW.weights(weights).build().weights()).isEqualTo(expected);
    Map<String, HostArray> renamed = new LinkedHashMap<>();
    weights.asMap().forEach((array, values) -> renamed.put("x_" + array, values));
    Weights unnamed = Weights.of(renamed).withMetadata(weights.metadata());
    assertThat(NARROW.weights(unnamed).build().weights()).isEqualTo(expected);
  }
}
