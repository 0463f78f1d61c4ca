package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loads what {@code src/test/python/make_lite_weights.py} wrote with timm's EfficientNet-Lite, and
 * compares the logits with those of the same models in PyTorch.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record LiteWeightsTest(TestedEngine engine) {
  @ParameterizedTest
  @CsvSource({
    "lite_narrow.pth,         tf_efficientnet_lite0-0aa007d2.pth,  tf_efficientnet_lite_narrow",
    "lite_narrow.safetensors, tf_efficientnet_lite0.safetensors,   tf_efficientnet_lite_narrow",
    "lite_narrow.pth,         efficientnet_lite0_ra-37913777.pth,  efficientnet_lite_narrow"
  })
  void weightsGiveTheLogitsOfTimm(String file, String publishedName, String golden) {
    Weights weights = PluginRegistry.discover().readWeights(Resources.weights(file));

    Model model =
        new EfficientNetBuilder(new Lite("lite-narrow", 0.1, 0.5, OriginLogits.SIZE, 0.2))
            .classes(OriginLogits.CLASSES)
            .classifierActivation(Activation.LINEAR)
            .weights(weights.withMetadata(Map.of(WeightTransfer.FILE_KEY, publishedName)))
            .build();

    try (ModelRunner runner = new ModelRunner(engine)) {
      HostArray logits = runner.run(model, OriginLogits.images());
      assertThat(Closeness.relativeDifference(logits, OriginLogits.of("lite-logits.tsv", golden)))
          .isLessThan(1e-4);
    }
  }
}
