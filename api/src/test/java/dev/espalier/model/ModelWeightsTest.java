package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelWeightsTest {
  private static Model base() {
    return Sequential.of(
            Input.named("in", 2), Dense.of(3).named("first"), Dense.of(2).named("second"))
        .withName("base");
  }

  private static Weights weights(Model model) {
    return Weights.of(ModelRunner.variables(model, Map.of()));
  }

  private static Weights without(Weights weights, String name) {
    Map<String, HostArray> rest = new LinkedHashMap<>(weights.asMap());
    rest.remove(name);
    return Weights.of(rest);
  }

  private static Weights with(Weights weights, String name, HostArray array) {
    return weights.with(Weights.of(Map.of(name, array)));
  }

  @Test
  void newModelKnowsNoValues() {
    assertThat(base().weights().isEmpty()).isTrue();
  }

  @Test
  void weightsComeBackAsTheyWereGiven() {
    Weights given = weights(base());
    Model model = base().withWeights(given);
    assertThat(model.weights()).isEqualTo(given);
    assertThat(model.weights().names())
        .containsExactly("first/kernel", "first/bias", "second/kernel", "second/bias");
  }

  @Test
  void nestedWeightsAreNamedBelowTheirModel() {
    LayerOutput input = Input.of(2);
    Weights given = weights(base());
    Model model =
        Model.of(input, Dense.of(1).named("head").on(base().withWeights(given).on(input)));
    assertThat(model.weights().names())
        .containsExactly(
            "base/first/kernel", "base/first/bias", "base/second/kernel", "base/second/bias");
    assertThat(model.weights().get("base/first/kernel")).isEqualTo(given.get("first/kernel"));
  }

  @Test
  void weightsOfTheOuterModelGoIntoTheNestedOne() {
    LayerOutput input = Input.of(2);
    Model model = Model.of(input, Dense.of(1).named("head").on(base().on(input)));
    Weights given = weights(model);
    Model filled = model.withWeights(given);
    assertThat(filled.weights()).isEqualTo(given);
    Model inner = (Model) filled.layer("base").layer();
    assertThat(inner.weights().get("second/bias")).isEqualTo(given.get("base/second/bias"));
    assertThat(filled.layer("base/first").output().values()).containsKeys("kernel", "bias");
  }

  @Test
  void modelGrownOnAnotherCarriesWeightsAndFrozenLayers() {
    Weights given = weights(base());
    Model frozen = base().withWeights(given).freeze();
    Model grown = Model.of(frozen.input(), Dense.of(1).named("head").on(frozen.output()));
    assertThat(grown.weights()).isEqualTo(given);
    assertThat(grown.layer("first").trainable()).isFalse();
    assertThat(grown.layer("head").trainable()).isTrue();
    assertThat(grown.trainableParameterCount()).isEqualTo(3);
  }

  @Test
  void modelCanEndInTheMiddleOfAnother() {
    Weights given = weights(base());
    Model whole = base().withWeights(given);
    Model part = Model.of(whole.input(), whole.layer("first").output());
    assertThat(part.weights().names()).containsExactly("first/kernel", "first/bias");
    assertThat(part.output().shape()).isEqualTo(Shape.of(-1, 3));
  }

  @Test
  void freezingKeepsWeightsAndWeightsKeepFreezing() {
    Weights given = weights(base());
    assertThat(base().withWeights(given).freeze().weights()).isEqualTo(given);
    assertThat(base().freeze().withWeights(given).trainableParameterCount()).isZero();
    assertThat(base().withWeights(given).withName("other").weights()).isEqualTo(given);
  }

  @Test
  void modelComputesWithItsWeights() {
    Model model = Sequential.of(Input.of(2), Dense.of(1).named("d"));
    Weights given =
        Weights.of(
            Map.of(
                "d/kernel", HostArray.wrap(Shape.of(2, 1), 2, 3),
                "d/bias", HostArray.wrap(Shape.of(1), 5)));
    HostArray output =
        ModelRunner.run(
                model.withWeights(given),
                Phase.INFERENCE,
                Map.of(),
                HostArray.wrap(Shape.of(1, 2), 10, 100))
            .output();
    assertThat(output.item()).isEqualTo(325);
  }

  @Test
  void missingAndUnexpectedWeightsAreListed() {
    Weights given =
        with(without(weights(base()), "first/bias"), "extra/kernel", HostArray.scalar(1f));
    ModelTest.assertRefused(
        () -> base().withWeights(given),
        ErrorCode.MISSING_WEIGHTS,
        "The weights do not fit the model \"base\": of 4 variables 1 are missing"
            + " (first/bias), and 1 arrays match none (extra/kernel). Build the model that"
            + " the weights belong to, or use withMatchingWeights to take only what fits."
            + " [ESP-204]");
  }

  @Test
  void wrongShapesAreListed() {
    Weights given = with(weights(base()), "second/bias", HostArray.wrap(Shape.of(3), 1, 2, 3));
    ModelTest.assertRefused(
        () -> base().withWeights(given),
        ErrorCode.WEIGHT_SHAPE_MISMATCH,
        "The weights do not fit the model \"base\": second/bias is float32(2,) in the model and"
            + " float32(3,) in the weights. Build the model that the weights belong to (classes,"
            + " input channels, variant), or use withMatchingWeights to take only what fits."
            + " [ESP-202]");
  }

  @Test
  void longListsAreCutShort() {
    LayerOutput x = Input.of(1);
    LayerOutput input = x;
    for (int i = 0; i < 6; i++) {
      x = Dense.of(1).named("d" + i).on(x);
    }
    Model model = Model.of(input, x);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> model.withWeights(Weights.empty()))
        .hasMessageContaining("of 12 variables 12 are missing (d0/kernel, d0/bias,")
        .hasMessageContaining("d4/bias and 2 more), and 0 arrays match none.");
  }

  @Test
  void matchingWeightsAreTakenAndOthersKept() {
    Weights first = weights(base());
    HostArray zeros = HostArray.wrap(Shape.of(3), 0, 0, 0);
    Weights second =
        Weights.of(
            Map.of(
                "first/bias", zeros,
                "second/bias", HostArray.wrap(Shape.of(7), new float[7]),
                "unknown/kernel", zeros));
    Weights result = base().withWeights(first).withMatchingWeights(second).weights();
    assertThat(result.get("first/bias")).isEqualTo(zeros);
    assertThat(result.get("second/bias")).isEqualTo(first.get("second/bias"));
    assertThat(result.names()).doesNotContain("unknown/kernel");
  }

  @Test
  void namesThatBeginAlikeAreNotConfused() {
    Model model = Sequential.of(Input.of(1), Dense.of(1).named("d"), Dense.of(1).named("d_1"));
    Weights given = weights(model);
    assertThat(model.withWeights(given).weights()).isEqualTo(given);
  }

  @Test
  void matchingWeightsOfWhichNoneMatchesAreRefused() {
    Weights unrelated = Weights.of(Map.of("encoder/kernel", HostArray.scalar(0f)));
    assertThatThrownBy(() -> base().withMatchingWeights(unrelated))
        .isInstanceOfSatisfying(
            EspalierException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.MISSING_WEIGHTS))
        .hasMessageStartingWith("None of the 1 arrays of the weights, such as encoder/kernel, has");
    assertThatThrownBy(() -> base().withMatchingWeights(Weights.empty()))
        .hasMessageStartingWith("There are no weights for the model");
  }
}
