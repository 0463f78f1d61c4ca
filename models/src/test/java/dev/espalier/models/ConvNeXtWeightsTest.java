package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.models.convnext.NarrowConvNeXt;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.weights.keras.KerasModel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Loads what {@code src/test/python/make_convnext_weights.py} wrote with timm's and torchvision's
 * ConvNeXt and {@code make_keras_weights.py} with Keras', and compares the logits with those of the
 * same models there.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record ConvNeXtWeightsTest(TestedEngine engine) {
  @ParameterizedTest
  @CsvSource({"convnext_narrow, .safetensors, 64", "torchvision_convnext_narrow, .pth, 65"})
  void weightsGiveTheLogitsOfTimmAndTorchvision(String name, String ending, int size) {
    assertThat(difference(name + ending, "convnext-logits.tsv", name + "_" + size, size, true))
        .isLessThan(1e-4);
  }

  @ParameterizedTest
  @CsvSource({
    "keras_convnext_narrow.h5,            64, true",
    "keras_convnext_narrow.weights.h5,    65, true",
    "keras_convnext_narrow_notop.h5,      64, false"
  })
  void weightsGiveTheOutputsOfKeras(String file, int size, boolean top) {
    String golden = "keras_convnext_narrow_" + size + (top ? "" : "_notop");
    assertThat(difference(file, "keras-logits.tsv", golden, size, top)).isLessThan(1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = ".keras")
  void theWholeModelOfKerasGivesItsOutputs(String ending) {
    Model model = KerasModel.load(Resources.weights("keras_convnext_narrow" + ending));
    assertThat(difference(model, "keras-logits.tsv", "keras_convnext_narrow_64", 64))
        .isLessThan(1e-4);
  }

  private double difference(String file, String goldens, String golden, int size, boolean top) {
    Weights weights = PluginRegistry.discover().readWeights(Resources.weights(file));
    Model model =
        NarrowConvNeXt.create()
            .imageSize(size)
            .includeTop(top)
            .classifierActivation(Activation.LINEAR)
            .weights(weights)
            .build();
    return difference(model, goldens, golden, size);
  }

  private double difference(Model model, String goldens, String golden, int size) {
    try (ModelRunner runner = new ModelRunner(engine)) {
      HostArray images = GoldenNumbers.images("golden/" + size, 2, size, size);
      return Closeness.relativeDifference(
          runner.run(model, images), OriginLogits.of(goldens, golden));
    }
  }
}
