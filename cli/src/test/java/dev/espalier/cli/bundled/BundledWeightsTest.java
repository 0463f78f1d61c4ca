package dev.espalier.cli.bundled;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelRequest;
import org.junit.jupiter.api.Test;

class BundledWeightsTest {
  @Test
  void fitTheBundledModelWithoutItsClassifier() {
    Weights weights = BundledWeights.of(NarrowEfficientNet.NAME);
    assertThat(weights).isNotNull();
    Model model =
        new NarrowEfficientNet()
            .create(ModelRequest.defaults().withIncludeTop(false).withWeights(weights));
    assertThat(model.weights().names())
        .containsExactlyElementsOf(model.variables().stream().map(Variable::name).toList());
    assertThat(model.weights().get("stem_conv/kernel")).isEqualTo(weights.get("stem_conv/kernel"));
  }

  @Test
  void thereAreNoneForOtherModels() {
    assertThat(BundledWeights.of("efficientnet-b0")).isNull();
  }
}
