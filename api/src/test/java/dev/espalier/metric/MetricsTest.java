package dev.espalier.metric;

import static dev.espalier.training.SampleValues.indices;
import static dev.espalier.training.SampleValues.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.training.SampleValues;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected numbers were computed by Keras 3.15.1. */
class MetricsTest {
  private static final HostArray PREDICTIONS =
      rows(
          4,
          .1,
          .4,
          .4,
          .1,
          .3,
          .3,
          .3,
          .1,
          .25,
          .25,
          .25,
          .25,
          .9,
          .05,
          .03,
          .02,
          Double.NaN,
          .1,
          .2,
          .7);
  private static final HostArray CLASSES = indices(2, 0, 3, 3, 3);

  @Test
  void accuracyOfIndicesTakesTheFirstLargestOutput() {
    HostArray predictions = rows(3, .1, .8, .1, .4, .2, .4, .4, .2, .4);
    assertThat(SampleValues.of(Metrics.accuracy(), indices(1, 0, 2), predictions))
        .containsExactly(1, 1, 0);
  }

  @Test
  void accuracyPassesOverOutputsThatAreNotNumbers() {
    double nan = Double.NaN;
    HostArray predictions = rows(3, nan, 1, 2, 2, nan, 1, nan, nan, nan, nan, nan, nan);
    assertThat(SampleValues.of(Metrics.accuracy(), indices(2, 0, 0, 1), predictions))
        .containsExactly(1, 1, 1, 0);
  }

  @Test
  void accuracyOfOneHotTargetsComparesPositions() {
    HostArray targets = rows(3, 0, .9, .1, 1, 0, 0);
    HostArray predictions = rows(3, .1, .8, .1, .1, .2, .7);
    assertThat(SampleValues.of(Metrics.accuracy(), targets, predictions)).containsExactly(1, 0);
    assertThat(SampleValues.of(Metrics.categoricalAccuracy(), targets, predictions))
        .containsExactly(1, 0);
  }

  @Test
  void accuracyOfOneOutputIsBinary() {
    HostArray predictions = rows(1, .5, .51, .2);
    assertThat(SampleValues.of(Metrics.accuracy(), indices(0, 1, 1), predictions))
        .containsExactly(1, 1, 0);
    assertThat(SampleValues.of(Metrics.accuracy(), rows(1, 1, 1, 0), predictions))
        .containsExactly(0, 1, 1);
  }

  @Test
  void binaryAccuracyIsTheMeanOverTheOutputs() {
    HostArray targets = rows(2, 0, 1, 1, 1);
    HostArray predictions = rows(2, .5, .51, .49, 1);
    assertThat(SampleValues.of(Metrics.binaryAccuracy(), targets, predictions))
        .containsExactly(1, .5f);
    assertThat(SampleValues.of(Metrics.binaryAccuracy().threshold(.4), targets, predictions))
        .containsExactly(.5f, 1);
  }

  @Test
  void binaryAccuracyOfSeveralLabelsCountsEveryClass() {
    HostArray targets = rows(5, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1);
    HostArray predictions =
        rows(5, .9, .2, 0, 1, .5, .1, .5, .6, 0, 1e-9, 1, .5000001, .3, .999999999, 1e-3);
    BinaryAccuracy metric = Metrics.binaryAccuracy();
    assertThat(SampleValues.of(metric, targets, predictions)).containsExactly(.6f, .8f, .6f);
    assertThat(SampleValues.of(metric.threshold(.3), targets, predictions))
        .containsExactly(.4f, .6f, .6f);
    assertThat(SampleValues.of(metric.threshold(.9999999), targets, predictions))
        .containsExactly(.4f, 1, .4f);
  }

  @Test
  void metricsOfOneClassDoNotAcceptSeveral() {
    assertThat(Metrics.binaryAccuracy().accepts(Target.multiHot())).isTrue();
    assertThat(
            List.of(
                Metrics.accuracy(),
                Metrics.categoricalAccuracy(),
                Metrics.sparseCategoricalAccuracy(),
                Metrics.topKAccuracy(5)))
        .noneMatch(metric -> metric.accepts(Target.multiHot()))
        .allMatch(metric -> metric.accepts(Target.classIndex()));
  }

  @Test
  void sparseAccuracyTakesIndicesAlone() {
    HostArray predictions = rows(2, .1, .9);
    assertThat(SampleValues.of(Metrics.sparseCategoricalAccuracy(), indices(1), predictions))
        .containsExactly(1);
    assertThatThrownBy(
            () -> SampleValues.of(Metrics.sparseCategoricalAccuracy(), rows(2, 0, 1), predictions))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHAPE_MISMATCH))
        .hasMessageStartingWith("sparse_categorical_accuracy was given the targets");
  }

  @Test
  void topKCountsThoseThatAreLarger() {
    assertThat(topK(1)).containsExactly(1, 1, 1, 0, 0);
    assertThat(topK(2)).containsExactly(1, 1, 1, 0, 0);
    assertThat(topK(3)).containsExactly(1, 1, 1, 0, 0);
  }

  @Test
  void topKOfAllClassesIsRightUnlessAPredictionIsNotFinite() {
    assertThat(topK(4)).containsExactly(1, 1, 1, 1, 0);
    assertThat(topK(9)).containsExactly(1, 1, 1, 1, 0);
    HostArray infinite = rows(2, Double.NEGATIVE_INFINITY, 1);
    assertThat(SampleValues.of(Metrics.topKAccuracy(1), indices(1), infinite)).containsExactly(0);
  }

  @Test
  void topKTakesOneHotTargets() {
    HostArray targets = rows(3, 0, 0, 1, 1, 0, 0);
    HostArray predictions = rows(3, .5, .3, .2, .3, .5, .2);
    assertThat(SampleValues.of(Metrics.topKAccuracy(2), targets, predictions))
        .containsExactly(0, 1);
    assertThat(SampleValues.of(Metrics.topKAccuracy(3), targets, predictions))
        .containsExactly(1, 1);
  }

  @Test
  void topKNeedsAtLeastOneGuess() {
    assertThatThrownBy(() -> Metrics.topKAccuracy(0))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
  }

  @Test
  void namesAreKerasKeysAndAllImproveUpwards() {
    List<Metric> metrics =
        List.of(
            Metrics.accuracy(),
            Metrics.categoricalAccuracy(),
            Metrics.sparseCategoricalAccuracy(),
            Metrics.binaryAccuracy(),
            Metrics.topKAccuracy(5),
            Metrics.topKAccuracy(3).named("top3"));
    assertThat(metrics)
        .extracting(Metric::name)
        .containsExactly(
            "accuracy",
            "categorical_accuracy",
            "sparse_categorical_accuracy",
            "binary_accuracy",
            "top_k_categorical_accuracy",
            "top3");
    assertThat(metrics).allMatch(metric -> metric.goal() == Goal.MAX);
  }

  private static float[] topK(int k) {
    return SampleValues.of(Metrics.topKAccuracy(k), CLASSES, PREDICTIONS);
  }
}
