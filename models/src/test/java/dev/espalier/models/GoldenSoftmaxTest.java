package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.testkit.golden.GoldenSoftmax;
import dev.espalier.testkit.golden.SharedData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares what weights of files give with what Keras gives for the same files. */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record GoldenSoftmaxTest(TestedEngine engine) {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "efficientnet_narrow.h5",
        "efficientnet_narrow_model.h5",
        "efficientnet_narrow.weights.h5",
        "efficientnet_narrow.keras"
      })
  void aFileOfKerasGivesTheProbabilitiesOfKeras(String file) {
    GoldenSoftmax golden = GoldenSoftmax.read();
    Model model =
        EfficientNet.custom(golden.width(), golden.depth())
            .imageSize(golden.size())
            .classes(golden.classes())
            .dropConnectRate(0)
            .dropoutRate(0)
            .weights(PluginRegistry.discover().readWeights(SharedData.path("golden/" + file)))
            .build();
    assertThat(model.parameterCount()).isEqualTo(golden.parameters());
    try (ModelRunner runner = new ModelRunner(engine)) {
      HostArray softmax = runner.run(model, golden.images());
      for (int i = 0; i < golden.softmax().size(); i++) {
        assertThat(softmax.at(i)).isEqualTo(golden.softmax().get(i), within(1e-6));
      }
    }
  }
}
