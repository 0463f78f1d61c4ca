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
import dev.espalier.optimizer.Adadelta;
import dev.espalier.optimizer.Adagrad;
import dev.espalier.optimizer.Adamax;
import dev.espalier.optimizer.Ftrl;
import dev.espalier.optimizer.Lamb;
import dev.espalier.optimizer.Lion;
import dev.espalier.optimizer.Nadam;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.RmsProp;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.OneCycle;
import dev.espalier.schedule.Span;
import dev.espalier.schedule.StepDecay;
import java.util.HashMap;
import java.util.List;
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
    assertThat(loss("categorical-focal-crossentropy", Map.of("alpha", "0.1, 0.5,1")))
        .isEqualTo(Losses.categoricalFocalCrossentropy().alpha(List.of(0.1, 0.5, 1.0)));
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

  private static Optimizer optimizer(String name, Map<String, String> options) {
    return REGISTRY.optimizers().create(name, options);
  }

  private static LearningRateSchedule schedule(String name, Map<String, String> options) {
    return REGISTRY.schedules().create(name, options);
  }

  @Test
  void optimizersHaveTheDefaultsOfTheirFactoryMethods() {
    assertThat(optimizer("rmsprop", Map.of())).isEqualTo(RmsProp.of(0.001));
    assertThat(optimizer("adagrad", Map.of())).isEqualTo(Adagrad.of(0.001));
    assertThat(optimizer("adadelta", Map.of())).isEqualTo(Adadelta.of(0.001));
    assertThat(optimizer("adamax", Map.of())).isEqualTo(Adamax.of(0.001));
    assertThat(optimizer("nadam", Map.of())).isEqualTo(Nadam.of(0.001));
    assertThat(optimizer("lion", Map.of())).isEqualTo(Lion.of(0.001));
    assertThat(optimizer("lamb", Map.of())).isEqualTo(Lamb.of(0.001));
    assertThat(optimizer("ftrl", Map.of())).isEqualTo(Ftrl.of(0.001));
  }

  @Test
  void optimizersTakeAllTheirSettings() {
    assertThat(
            optimizer(
                "rmsprop",
                decayed(
                    Map.of(
                        "rho", "0.8", "momentum", "0.5", "epsilon", "0.01", "centered", "true"))))
        .isEqualTo(
            RmsProp.of(0.1)
                .rho(0.8)
                .momentum(0.5)
                .epsilon(0.01)
                .centered(true)
                .weightDecay(0.2)
                .excludeFromWeightDecay("bias"));
    assertThat(
            optimizer(
                "adagrad", decayed(Map.of("initial-accumulator-value", "1", "epsilon", "0.01"))))
        .isEqualTo(
            Adagrad.of(0.1)
                .initialAccumulatorValue(1)
                .epsilon(0.01)
                .weightDecay(0.2)
                .excludeFromWeightDecay("bias"));
    assertThat(optimizer("adadelta", decayed(Map.of("rho", "0.8", "epsilon", "0.01"))))
        .isEqualTo(
            Adadelta.of(0.1)
                .rho(0.8)
                .epsilon(0.01)
                .weightDecay(0.2)
                .excludeFromWeightDecay("bias"));
    Map<String, String> moments =
        decayed(Map.of("beta1", "0.7", "beta2", "0.6", "epsilon", "0.01"));
    assertThat(optimizer("adamax", moments))
        .isEqualTo(
            Adamax.of(0.1)
                .beta1(0.7)
                .beta2(0.6)
                .epsilon(0.01)
                .weightDecay(0.2)
                .excludeFromWeightDecay("bias"));
    assertThat(optimizer("nadam", moments))
        .isEqualTo(
            Nadam.of(0.1)
                .beta1(0.7)
                .beta2(0.6)
                .epsilon(0.01)
                .weightDecay(0.2)
                .excludeFromWeightDecay("bias"));
    assertThat(optimizer("lamb", moments))
        .isEqualTo(
            Lamb.of(0.1)
                .beta1(0.7)
                .beta2(0.6)
                .epsilon(0.01)
                .weightDecay(0.2)
                .excludeFromWeightDecay("bias"));
    assertThat(optimizer("lion", decayed(Map.of("beta1", "0.7", "beta2", "0.6"))))
        .isEqualTo(
            Lion.of(0.1).beta1(0.7).beta2(0.6).weightDecay(0.2).excludeFromWeightDecay("bias"));
    assertThat(
            optimizer(
                "ftrl",
                decayed(
                    Map.of(
                        "learning-rate-power", "-0.7",
                        "initial-accumulator-value", "1",
                        "l1", "0.1",
                        "l2", "0.2",
                        "l2-shrinkage", "0.3",
                        "beta", "0.4"))))
        .isEqualTo(
            Ftrl.of(0.1)
                .learningRatePower(-0.7)
                .initialAccumulatorValue(1)
                .l1(0.1)
                .l2(0.2)
                .l2Shrinkage(0.3)
                .beta(0.4)
                .weightDecay(0.2)
                .excludeFromWeightDecay("bias"));
  }

  private static Map<String, String> decayed(Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    all.put("learning-rate", "0.1");
    all.put("weight-decay", "0.2");
    all.put("exclude-from-weight-decay", "bias");
    return all;
  }

  @Test
  void stepDecayAndOneCycleTakeAllTheirSettings() {
    assertThat(schedule("step-decay", Map.of("initial-learning-rate", "0.1", "epochs", "30")))
        .isEqualTo(StepDecay.of(0.1, Span.epochs(30)));
    assertThat(
            schedule(
                "step-decay",
                Map.of("initial-learning-rate", "0.1", "steps", "9", "factor", "0.5")))
        .isEqualTo(StepDecay.of(0.1, Span.steps(9)).factor(0.5));
    assertThat(schedule("one-cycle", Map.of("max-learning-rate", "0.1", "epochs", "5")))
        .isEqualTo(OneCycle.of(0.1, Span.epochs(5)));
    assertThat(
            schedule(
                "one-cycle",
                Map.of(
                    "max-learning-rate", "0.1",
                    "steps", "50",
                    "warm-up-fraction", "0.25",
                    "div-factor", "10",
                    "final-div-factor", "100")))
        .isEqualTo(
            OneCycle.of(0.1, Span.steps(50))
                .warmUpFraction(0.25)
                .divFactor(10)
                .finalDivFactor(100));
    assertThatThrownBy(() -> schedule("one-cycle", Map.of("max-learning-rate", "0.1")))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .hasMessageContaining("Neither steps nor epochs are given.");
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
