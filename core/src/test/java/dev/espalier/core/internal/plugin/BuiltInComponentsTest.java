package dev.espalier.core.internal.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.loss.Loss;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Auc;
import dev.espalier.metric.Average;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BuiltInComponentsTest {
  private static final PluginRegistry REGISTRY = PluginRegistry.builder().build();

  private static Loss loss(String name, Map<String, String> options) {
    return REGISTRY.losses().create(name, options);
  }

  private static Metric metric(String name, Map<String, String> options) {
    return REGISTRY.metrics().create(name, options);
  }

  @Test
  void everyLossIsMadeByItsOwnName() {
    for (String name : REGISTRY.losses().names()) {
      assertThat(loss(name, Map.of()).name()).isEqualTo(name);
    }
  }

  @Test
  void lossesHaveTheDefaultsOfTheirFactoryMethods() {
    assertThat(loss("binary-focal-crossentropy", Map.of()))
        .isEqualTo(Losses.binaryFocalCrossentropy());
    assertThat(loss("categorical-focal-crossentropy", Map.of()))
        .isEqualTo(Losses.categoricalFocalCrossentropy());
    assertThat(loss("huber", Map.of())).isEqualTo(Losses.huber());
  }

  @Test
  void lossesTakeAllTheirSettings() {
    assertThat(
            loss(
                "binary-focal-crossentropy",
                Map.of(
                    "apply-class-balancing", "true",
                    "alpha", "0.7",
                    "gamma", "1.5",
                    "from-logits", "true",
                    "label-smoothing", "0.1")))
        .isEqualTo(
            Losses.binaryFocalCrossentropy()
                .applyClassBalancing(true)
                .alpha(0.7)
                .gamma(1.5)
                .fromLogits(true)
                .labelSmoothing(0.1));
    assertThat(
            loss(
                "categorical-focal-crossentropy",
                Map.of(
                    "alpha", "1", "gamma", "0", "from-logits", "true", "label-smoothing", "0.2")))
        .isEqualTo(
            Losses.categoricalFocalCrossentropy()
                .alpha(1)
                .gamma(0)
                .fromLogits(true)
                .labelSmoothing(0.2));
    assertThat(loss("huber", Map.of("delta", "0.5"))).isEqualTo(Losses.huber().delta(0.5));
  }

  @Test
  void metricsHaveTheDefaultsOfTheirFactoryMethods() {
    assertThat(metric("precision", Map.of())).isEqualTo(Metrics.precision());
    assertThat(metric("recall", Map.of())).isEqualTo(Metrics.recall());
    assertThat(metric("f1-score", Map.of())).isEqualTo(Metrics.f1Score());
    assertThat(metric("fbeta-score", Map.of())).isEqualTo(Metrics.fBetaScore(1));
    assertThat(metric("auc", Map.of())).isEqualTo(Metrics.rocAuc());
    assertThat(metric("confusion-matrix", Map.of())).isEqualTo(Metrics.confusionMatrix());
    assertThat(metric("mean-absolute-error", Map.of())).isEqualTo(Metrics.meanAbsoluteError());
    assertThat(metric("mean-squared-error", Map.of())).isEqualTo(Metrics.meanSquaredError());
    assertThat(metric("root-mean-squared-error", Map.of()))
        .isEqualTo(Metrics.rootMeanSquaredError());
    assertThat(metric("brier-score", Map.of())).isEqualTo(Metrics.brierScore());
    assertThat(metric("expected-calibration-error", Map.of()))
        .isEqualTo(Metrics.expectedCalibrationError());
  }

  @Test
  void metricsTakeAllTheirSettings() {
    Map<String, String> score =
        Map.of("average", "micro", "threshold", "0.4", "class-index", "2", "key", "k");
    assertThat(metric("precision", score))
        .isEqualTo(Metrics.precision().average(Average.MICRO).threshold(0.4).ofClass(2).named("k"));
    assertThat(metric("recall", score))
        .isEqualTo(Metrics.recall().average(Average.MICRO).threshold(0.4).ofClass(2).named("k"));
    assertThat(metric("f1-score", score))
        .isEqualTo(Metrics.f1Score().average(Average.MICRO).threshold(0.4).ofClass(2).named("k"));
    assertThat(metric("fbeta-score", Map.of("beta", "2", "average", "weighted")))
        .isEqualTo(Metrics.fBetaScore(2).average(Average.WEIGHTED));
    assertThat(
            metric(
                "auc",
                Map.of(
                    "curve", "pr",
                    "summation", "minoring",
                    "thresholds", "50",
                    "average", "micro",
                    "key", "pr_auc")))
        .isEqualTo(
            Metrics.prAuc()
                .summation(Auc.Summation.MINORING)
                .thresholds(50)
                .average(Average.MICRO));
    assertThat(metric("expected-calibration-error", Map.of("bins", "10")))
        .isEqualTo(Metrics.expectedCalibrationError().bins(10));
  }

  @Test
  void settingsOutOfTheirRangeAreRefused() {
    assertRefused("auc", "thresholds", "1", "a whole number from 2 to 10000");
    assertRefused("auc", "curve", "lift", "one of roc, pr");
    assertRefused("f1-score", "average", "mean", "one of micro, macro, weighted");
    assertRefused("recall", "class-index", "-1", "a whole number, 0 or more");
    assertRefused("expected-calibration-error", "bins", "0", "a whole number from 1 to 10000");
  }

  private static void assertRefused(String name, String option, String value, String expected) {
    assertThatThrownBy(() -> metric(name, Map.of(option, value)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .hasMessageContaining(option)
        .hasMessageContaining("\"" + value + "\"")
        .hasMessageContaining(expected);
  }
}
