package dev.espalier.metric;

import static dev.espalier.training.SampleValues.indices;
import static dev.espalier.training.SampleValues.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.training.SampleValues;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Values that can be computed by hand; those of Keras and scikit-learn are compared on engines. */
class ClassificationMetricsTest {
  /** Predicts 0, 1, 1 and, of a tie, 0; nothing is of class 2. */
  private static final HostArray PREDICTIONS =
      rows(3, .6, .3, .1, .2, .5, .3, .1, .9, 0, .4, .4, .2);

  private static final HostArray CLASSES = indices(0, 0, 1, 1);

  private static double value(Metric metric, HostArray target, HostArray prediction) {
    MetricResult result = SampleValues.result(metric, target, prediction);
    assertThat(result.values()).hasSize(1).containsOnlyKeys(metric.logNames().get(0));
    return result.values().values().iterator().next();
  }

  private static double value(Metric metric) {
    return value(metric, CLASSES, PREDICTIONS);
  }

  @Test
  void aClassThatNeverOccursCountsAsZeroInTheMeanOverTheClasses() {
    assertThat(value(Metrics.precision())).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(value(Metrics.recall())).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(value(Metrics.f1Score())).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(value(Metrics.f1Score().average(Average.WEIGHTED))).isEqualTo(0.5);
    assertThat(value(Metrics.f1Score().average(Average.MICRO))).isEqualTo(0.5);
  }

  @Test
  void scoresOfOneClassIgnoreTheAverage() {
    HostArray all = indices(0, 1, 1, 1);
    for (Average average : Average.values()) {
      assertThat(value(Metrics.precision().average(average).ofClass(1), all, PREDICTIONS))
          .isEqualTo(1);
      assertThat(value(Metrics.recall().average(average).ofClass(1), all, PREDICTIONS))
          .isCloseTo(2.0 / 3, within(1e-12));
      assertThat(value(Metrics.fBetaScore(2).average(average).ofClass(1), all, PREDICTIONS))
          .isCloseTo(5 * 2 / (4 * 3 + 2.0), within(1e-12));
    }
    assertThat(SampleValues.result(Metrics.recall(), all, PREDICTIONS).matrix())
        .isEqualTo(Matrix.of(1, 1, 2.0 / 3, 0));
  }

  @Test
  void scoresOfOneOutputAreThoseOfThePositiveClass() {
    HostArray predictions = rows(1, .5, .51, .9, .2);
    assertThat(value(Metrics.precision(), indices(1, 1, 0, 1), predictions)).isEqualTo(0.5);
    assertThat(value(Metrics.recall(), indices(1, 1, 0, 1), predictions))
        .isCloseTo(1.0 / 3, within(1e-12));
    assertThat(
            SampleValues.result(Metrics.confusionMatrix(), indices(1, 1, 0, 1), predictions)
                .matrix())
        .isEqualTo(Matrix.of(2, 0, 1, 2, 1));
  }

  @Test
  void theTargetOfAMixedSampleIsItsLargestClass() {
    HostArray mixed = rows(3, .7, .3, 0, .6, .4, 0, .2, .8, 0, .3, .7, 0);
    for (Metric metric : List.of(Metrics.precision(), Metrics.recall(), Metrics.f1Score())) {
      assertThat(value(metric, mixed, PREDICTIONS)).isEqualTo(value(metric));
    }
    assertThat(SampleValues.result(Metrics.confusionMatrix(), mixed, PREDICTIONS).matrix())
        .isEqualTo(Matrix.of(3, 1, 1, 0, 1, 1, 0, 0, 0, 0));
  }

  @Test
  void weightsOfSamplesCount() {
    MetricResult weighted =
        SampleValues.result(
            Metrics.weighted(Metrics.confusionMatrix()), CLASSES, PREDICTIONS, 2, 0, .5, 1);
    assertThat(weighted.matrix()).isEqualTo(Matrix.of(3, 2, 0, 0, 1, .5, 0, 0, 0, 0));
    assertThat(weighted.values())
        .containsOnlyKeys("weighted_confusion_matrix_accuracy")
        .containsValue(2.5 / 3.5);
  }

  @Test
  void nothingIsDividedByZero() {
    HostArray none = rows(2, 0, 0);
    HostArray scores = rows(2, .4, .4);
    for (Metric metric :
        List.of(
            Metrics.precision().threshold(.5),
            Metrics.recall().threshold(.5),
            Metrics.f1Score().threshold(.5),
            Metrics.rocAuc(),
            Metrics.prAuc())) {
      for (Metric each : List.of(metric, Metrics.weighted(metric))) {
        assertThat(SampleValues.result(each, none, scores, 0).values().values())
            .as("%s", each)
            .containsExactly(0.0);
      }
    }
  }

  @Test
  void areasOfClassesAreAveragedByTheirFrequency() {
    HostArray members = rows(2, 1, 0, 1, 0, 0, 1, 1, 0);
    HostArray scores = rows(2, .9, .2, .8, .7, .1, .6, .3, .4);
    assertThat(SampleValues.result(Metrics.rocAuc(), members, scores).matrix())
        .satisfies(
            areas -> {
              assertThat(areas.at(0, 0)).isEqualTo(1);
              assertThat(areas.at(1, 0)).isCloseTo(2.0 / 3, within(1e-12));
            });
    assertThat(value(Metrics.rocAuc(), members, scores)).isCloseTo(5.0 / 6, within(1e-12));
    assertThat(value(Metrics.rocAuc().average(Average.WEIGHTED), members, scores))
        .isCloseTo((3 + 2.0 / 3) / 4, within(1e-12));
  }

  @Test
  void calibrationCurveHasARowPerBin() {
    HostArray predictions = rows(2, .9, .1, .75, .25, .5, .5, .3, .7);
    MetricResult result =
        SampleValues.result(
            Metrics.expectedCalibrationError().bins(4), indices(0, 1, 0, 1), predictions);
    // Bins are open below: 0.75 is in the third, 0.5 in the second.
    assertThat(result.matrix().rows()).isEqualTo(4);
    assertThat(row(result, 0)).containsExactly(0, 0, 0);
    assertThat(row(result, 1)).containsExactly(1, .5, 1);
    assertThat(row(result, 2)).containsExactly(new double[] {2, .725, .5}, within(1e-6));
    assertThat(row(result, 3)).containsExactly(new double[] {1, .9, 1}, within(1e-6));
    assertThat(result.values().get("expected_calibration_error"))
        .isCloseTo((.5 + .45 + .1) / 4, within(1e-6));
  }

  private static double[] row(MetricResult result, int row) {
    Matrix matrix = result.matrix();
    return new double[] {matrix.at(row, 0), matrix.at(row, 1), matrix.at(row, 2)};
  }

  @Test
  void errorsOfClassesAreThoseOfOneHotVectors() {
    HostArray predictions = rows(2, .5, .5, 0, 1);
    assertThat(value(Metrics.meanAbsoluteError(), indices(0, 1), predictions)).isEqualTo(.25);
    assertThat(value(Metrics.meanSquaredError(), indices(0, 1), predictions)).isEqualTo(.125);
    assertThat(value(Metrics.rootMeanSquaredError(), indices(0, 1), predictions))
        .isEqualTo(Math.sqrt(.125));
    assertThat(value(Metrics.brierScore(), indices(0, 1), predictions)).isEqualTo(.25);
  }

  @Test
  void onlyDecisionsClassByClassAcceptSeveralLabels() {
    assertThat(
            List.of(
                Metrics.precision(),
                Metrics.recall(),
                Metrics.f1Score(),
                Metrics.weighted(Metrics.f1Score()),
                Metrics.confusionMatrix(),
                Metrics.brierScore(),
                Metrics.expectedCalibrationError()))
        .noneMatch(metric -> metric.accepts(Target.multiHot()))
        .allMatch(metric -> metric.accepts(Target.classIndex()));
    assertThat(
            List.of(
                Metrics.precision().threshold(.5),
                Metrics.recall().threshold(.5),
                Metrics.f1Score().threshold(.5),
                Metrics.rocAuc(),
                Metrics.meanSquaredError()))
        .allMatch(metric -> metric.accepts(Target.multiHot()));
  }

  @Test
  void errorsAndLossesImproveDownwards() {
    assertThat(
            List.of(
                Metrics.meanAbsoluteError(),
                Metrics.meanSquaredError(),
                Metrics.rootMeanSquaredError(),
                Metrics.brierScore(),
                Metrics.expectedCalibrationError()))
        .allMatch(metric -> metric.goal() == Goal.MIN);
    assertThat(
            List.of(
                Metrics.precision(),
                Metrics.recall(),
                Metrics.f1Score(),
                Metrics.rocAuc(),
                Metrics.confusionMatrix()))
        .allMatch(metric -> metric.goal() == Goal.MAX);
  }

  @Test
  void settingsAreChecked() {
    assertRefused(
        () -> Metrics.rocAuc().thresholds(1),
        "The area under a curve cannot be computed from 1 thresholds. Give 2 to 10000, such as 200."
            + " [ESP-401]");
    assertRefused(
        () -> Metrics.fBetaScore(-1),
        "The beta of an F-score cannot be -1.0. Give a number above 0, such as 1. [ESP-401]");
    assertRefused(
        () -> Metrics.recall().threshold(Double.NaN),
        "The threshold of a recall cannot be NaN. Give a finite number, such as 0.5. [ESP-401]");
    assertRefused(
        () -> Metrics.precision().ofClass(-1),
        "The class index of a precision cannot be -1. Give the position of a class, counted from 0."
            + " [ESP-401]");
    assertRefused(
        () -> Metrics.expectedCalibrationError().bins(0),
        "A calibration error cannot be computed from 0 bins. Give 1 to 10000, such as 15."
            + " [ESP-401]");
  }

  @Test
  void aClassThatTheModelDoesNotHaveIsRefused() {
    assertRefused(
        () -> SampleValues.result(Metrics.recall().ofClass(3), CLASSES, PREDICTIONS),
        "The metric recall is of the class 3, but the model has 3 outputs. Give the position of a"
            + " class, counted from 0. [ESP-401]");
  }

  @Test
  void predictionsThatAreNoListOfClassesAreRefused() {
    HostArray image = HostArray.wrap(Shape.of(1, 2, 2), 1, 0, 0, 1);
    for (Metric metric : List.of(Metrics.f1Score().threshold(.5), Metrics.rocAuc())) {
      assertThatThrownBy(() -> SampleValues.result(metric, image, image))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SHAPE_MISMATCH))
          .hasMessage(
              metric.name()
                  + " was given the predictions float32(None, 2, 2). Predictions must be float32"
                  + " (batch, classes): change the end of the model. [ESP-101]");
    }
  }

  private static void assertRefused(Supplier<?> made, String message) {
    assertThatThrownBy(made::get)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessage(message);
  }
}
