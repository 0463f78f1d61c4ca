package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LearningRateMultipliersTest {
  private static final Model MODEL = model();

  private static Model model() {
    LayerOutput input = Input.of(2);
    Model base = Sequential.of(Input.of(2), Dense.of(2).named("a1"), Dense.of(2).named("a2"));
    return Model.of(input, Dense.of(3).named("head").on(base.named("base").on(input)));
  }

  private static Map<String, Double> of(Map<String, Double> byPattern) {
    return new LearningRateMultipliers(byPattern).of(MODEL);
  }

  @Test
  void patternsMatchLayersOfNestedModels() {
    assertThat(of(Map.of("base/a1", .1, "head", 2.0)))
        .containsOnly(
            Map.entry("base/a1/kernel", .1),
            Map.entry("base/a1/bias", .1),
            Map.entry("head/kernel", 2.0),
            Map.entry("head/bias", 2.0));
    assertThat(of(Map.of("*/a?", .5))).hasSize(4).doesNotContainKey("head/kernel");
  }

  @Test
  void aNestedModelStandsForAllItsLayers() {
    assertThat(of(Map.of("base", .5)))
        .containsOnlyKeys("base/a1/kernel", "base/a1/bias", "base/a2/kernel", "base/a2/bias");
  }

  @Test
  void twoPatternsForOneLayerAreRefused() {
    assertThatThrownBy(() -> of(Map.of("base/*", .5, "*a1", .1)))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessage(
            "Two multipliers of the learning rate are given for base/a1/kernel: those of \"*a1\" and"
                + " \"base/*\". Write patterns that match different layers. [ESP-401]");
  }

  @Test
  void aPatternThatMatchesNoLayerListsTheNearest() {
    assertThatThrownBy(() -> of(Map.of("hed", .5)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_LAYER))
        .hasMessageStartingWith("There is no layer with a learning-rate multiplier named \"hed\".")
        .hasMessageContaining("head");
  }

  @Test
  void multipliersAreAboveZero() {
    for (double multiplier : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-60}) {
      assertThatThrownBy(() -> new LearningRateMultipliers(Map.of("base*", multiplier)))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
          .hasMessage(
              "The learning rate of the layers \"base*\" cannot be multiplied by "
                  + multiplier
                  + ". Give a number above 0, such as 0.1; to keep layers as they are, freeze them."
                  + " [ESP-401]");
    }
  }
}
