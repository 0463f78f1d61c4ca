package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.models.mobilenet.MobileNetV3Builder;
import dev.espalier.models.mobilenet.NarrowMobileNet;
import dev.espalier.testkit.golden.GoldenNumbers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loads what {@code src/test/python/make_mobilenet_weights.py} wrote with timm's MobileNetV3, and
 * compares the logits with those of the same models in PyTorch.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record MobileNetWeightsTest(TestedEngine engine) {
  @ParameterizedTest
  @CsvSource({
    "mobilenetv3_small_narrow, .safetensors, 64",
    "mobilenetv3_small_narrow, .safetensors, 65",
    "mobilenetv3_large_narrow, .pth, 64",
    "mobilenetv3_large_narrow, .pth, 65"
  })
  void weightsGiveTheLogitsOfTimm(String name, String ending, int size) {
    Weights weights = PluginRegistry.discover().readWeights(Resources.weights(name + ending));
    MobileNetV3Builder narrow =
        name.contains("small") ? NarrowMobileNet.small() : NarrowMobileNet.large();

    Model model =
        narrow.imageSize(size).classifierActivation(Activation.LINEAR).weights(weights).build();

    try (ModelRunner runner = new ModelRunner(engine)) {
      HostArray images = GoldenNumbers.images("golden/" + size, 2, size, size);
      HostArray logits = runner.run(model, images);
      assertThat(
              Closeness.relativeDifference(
                  logits, OriginLogits.of("mobilenet-logits.tsv", name + "_" + size)))
          .isLessThan(1e-4);
    }
  }
}
