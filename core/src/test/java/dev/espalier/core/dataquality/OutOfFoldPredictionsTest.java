package dev.espalier.core.dataquality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.Predictions;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutOfFoldPredictionsTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  private static List<Integer> labels(int count, int classes) {
    return IntStream.range(0, count).mapToObj(i -> i % classes).toList();
  }

  @Test
  void theRegressionIsThatOfScikitLearn() {
    LabelIssueGoldens.Regression golden = LabelIssueGoldens.read().regression();
    SoftmaxRegression.Standardized features =
        SoftmaxRegression.Standardized.of(
            FeatureRows.of(Vectors.of(golden.features())), IntStream.range(0, 90).toArray());
    SoftmaxRegression regression =
        SoftmaxRegression.fit(
            features,
            IntStream.range(0, 45).map(i -> 2 * i).toArray(),
            golden.labels().stream().mapToInt(Integer::intValue).toArray(),
            3,
            0.02);

    for (int sample = 0; sample < 90; sample++) {
      double[] probabilities = regression.probabilities(sample);
      for (int label = 0; label < 3; label++) {
        assertThat(probabilities[label])
            .as("sample %d", sample)
            .isCloseTo(golden.probabilities().get(sample).get(label), within(1e-4));
      }
    }
  }

  /** Many random features: any sample is recognized by a classifier that was trained on it. */
  @Test
  void noSampleIsPredictedByAClassifierThatWasTrainedOnIt() {
    List<Integer> labels = labels(60, 2);
    HostArray features = Vectors.random(60, 200, 1);

    Predictions predictions = OutOfFoldPredictions.of(features, labels, NAMES.subList(0, 2), 5, 0);

    double meanOfLabel =
        IntStream.range(0, 60)
            .mapToDouble(i -> predictions.row(i)[labels.get(i)])
            .average()
            .orElse(0);
    assertThat(meanOfLabel).isBetween(0.3, 0.7);
  }

  /** Returns vectors of one feature, which has one value in each of two classes. */
  private static HostArray feature(int count, float first, float second) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 2 == 0 ? first : second;
    }
    return HostArray.wrap(Shape.of(count, 1), values);
  }

  /**
   * With one feature of 1 or -1 the weights are w and -w, and log(1 + exp(-2w)) + 0.01 * 2 * w² is
   * smallest where w * (1 + exp(2w)) is 50.
   */
  @Test
  void thePenaltyIsAHundredthOfTheSumOfSquaredWeights() {
    Predictions predictions =
        OutOfFoldPredictions.of(feature(20, 1, -1), labels(20, 2), NAMES.subList(0, 2), 5, 0);

    for (int sample = 0; sample < 20; sample++) {
      float[] row = predictions.row(sample);
      double weight = Math.log(row[sample % 2] / row[1 - sample % 2]) / 2;
      assertThat(weight * (1 + Math.exp(2 * weight))).isCloseTo(50, within(0.1));
    }
  }

  @Test
  void aFeatureThatVariesByRoundingSaysNothing() {
    HostArray features = feature(20, 1000, Math.nextUp(1000f));

    Predictions predictions =
        OutOfFoldPredictions.of(features, labels(20, 2), NAMES.subList(0, 2), 5, 0);

    assertThat(predictions.row(0)[0]).isCloseTo(0.5f, within(1e-3f));
  }

  @Test
  void theSameSeedGivesTheSameFolds() {
    List<Integer> labels = labels(60, 3);
    HostArray features = Vectors.random(60, 20, 2);

    Predictions one = OutOfFoldPredictions.of(features, labels, NAMES.subList(0, 3), 4, 7);

    assertThat(OutOfFoldPredictions.of(features, labels, NAMES.subList(0, 3), 4, 7)).isEqualTo(one);
    assertThat(OutOfFoldPredictions.of(features, labels, NAMES.subList(0, 3), 4, 8))
        .isNotEqualTo(one);
  }

  @Test
  void classesWithFewerSamplesThanFoldsAreNeitherUsedNorPredicted() {
    // Labels 0 and 2 have 10 samples, 1 has 3, 3 has none.
    List<Integer> labels =
        IntStream.range(0, 23).mapToObj(i -> i < 20 ? i % 2 * 2 : Integer.valueOf(1)).toList();
    Predictions predictions =
        OutOfFoldPredictions.of(Vectors.random(23, 5, 3), labels, NAMES, 5, 0);

    assertThat(predictions.row(21)).containsOnly(Float.NaN);
    for (int sample = 0; sample < 20; sample++) {
      float[] row = predictions.row(sample);
      assertThat(row[1]).isZero();
      assertThat(row[3]).isZero();
      assertThat(row[0] + row[2]).isCloseTo(1, within(1e-6f));
    }
  }

  @Test
  void refusesWhatCannotBeDividedOrCompared() {
    HostArray features = Vectors.random(8, 3, 4);
    assertThatThrownBy(() -> OutOfFoldPredictions.of(features, labels(8, 2), NAMES, 5, 0))
        .hasMessageContaining(
            "Two classes or more need 5 samples each, one for each fold; of 4 classes, none has.");
    assertThatThrownBy(
            () -> OutOfFoldPredictions.of(features, labels(8, 1), NAMES.subList(0, 1), 5, 0))
        .hasMessageContaining("of 1 classes, one has.");
    assertThatThrownBy(() -> OutOfFoldPredictions.of(features, labels(8, 2), NAMES, 1, 0))
        .hasMessageContaining("with 1 folds");
    assertThatThrownBy(() -> OutOfFoldPredictions.of(features, labels(7, 2), NAMES, 2, 0))
        .hasMessageContaining("There are 7 labels for features of 8 samples.");
    HostArray diverged = HostArray.wrap(Shape.of(2, 2), 1, 2, 3, Float.POSITIVE_INFINITY);
    assertThatThrownBy(() -> OutOfFoldPredictions.of(diverged, labels(2, 2), NAMES, 2, 0))
        .hasMessageContaining("The features of sample 1 contain Infinity.");
    assertThatThrownBy(
            () ->
                OutOfFoldPredictions.of(
                    features.reshape(Shape.of(8, 1, 3)), labels(8, 2), NAMES, 2, 0))
        .hasMessageContaining("Features have the shape (8, 1, 3).");
  }
}
