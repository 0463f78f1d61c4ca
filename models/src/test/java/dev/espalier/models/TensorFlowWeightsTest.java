package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Loads what {@code src/test/python/make_tensorflow_weights.py} wrote from one model in Keras, and
 * compares the logits with those of that model.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record TensorFlowWeightsTest(TestedEngine engine) {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tensorflow_narrow.ckpt.index",
        "tensorflow_narrow.ckpt.data-00001-of-00002",
        "keras_narrow.npz",
        "qubvel_narrow.h5"
      })
  void weightsGiveTheLogitsOfTheirOwnModel(String file) {
    Weights weights = PluginRegistry.discover().readWeights(Resources.weights(file));

    Model model =
        EfficientNet.custom(0.125, 0.5)
            .imageSize(OriginLogits.SIZE)
            .classes(OriginLogits.CLASSES)
            .classifierActivation(Activation.LINEAR)
            .weights(weights)
            .build();

    List<Double> expected = OriginLogits.of("tensorflow-logits.tsv", "narrow");
    try (ModelRunner runner = new ModelRunner(engine)) {
      HostArray logits = runner.run(model, OriginLogits.images());
      assertThat(Closeness.relativeDifference(logits, expected)).isLessThan(1e-4);
    }
  }
}
