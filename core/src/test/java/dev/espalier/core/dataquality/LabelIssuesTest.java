package dev.espalier.core.dataquality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.Predictions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LabelIssuesTest {
  static List<LabelIssueGoldens.Case> cases() {
    return LabelIssueGoldens.read().cases();
  }

  private static Predictions predictions(List<List<Float>> rows) {
    return new Predictions(Vectors.of(rows), List.of());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void thresholdsIssuesAndErrorsAreThoseOfTheDefinition(LabelIssueGoldens.Case golden) {
    LabelIssues found = LabelIssues.of(predictions(golden.probabilities()), golden.labels());

    assertThat(found.samples()).isEqualTo(golden.labels().size());
    assertThat(found.issues())
        .extracting(issue -> List.of(issue.index(), issue.suggested()))
        .isEqualTo(golden.issues());
    for (int label = 0; label < golden.thresholds().size(); label++) {
      Double threshold = golden.thresholds().get(label);
      assertThat(found.thresholds().get(label))
          .isCloseTo(threshold == null ? Double.NaN : threshold, within(1e-6));
    }
    assertThat(found.estimatedErrors()).isCloseTo(golden.errors(), within(1e-6));
  }

  @Test
  void anIssueNamesBothClassesAndTheirProbabilities() {
    LabelIssues found =
        LabelIssues.of(
            predictions(
                List.of(
                    List.of(0.9f, 0.1f),
                    List.of(0.8f, 0.2f),
                    List.of(0.1f, 0.9f),
                    List.of(0.05f, 0.95f))),
            List.of(0, 0, 1, 0));

    assertThat(found.issues()).containsExactly(new LabelIssue(3, 0, 1, 0.05f, 0.95f));
  }

  /** Its class reaches a low threshold, but another class is what it most probably has. */
  @Test
  void theMostProbableClassIsNoIssueThoughItDoesNotReachItsThreshold() {
    LabelIssues found =
        LabelIssues.of(
            predictions(
                List.of(
                    List.of(0.99f, 0.01f, 0f),
                    List.of(0.6f, 0.4f, 0f),
                    List.of(0.3f, 0.3f, 0.4f),
                    List.of(0.3f, 0.3f, 0.4f))),
            List.of(0, 0, 1, 2));

    assertThat(found.thresholds()).satisfies(all -> assertThat(all.get(1)).isLessThan(0.4));
    assertThat(found.issues()).extracting(LabelIssue::index).doesNotContain(1);
    assertThat(found.estimatedErrors()).isGreaterThanOrEqualTo(1);
  }

  /** The mean of 0.6 and 0.8 is 0.7, but in float32 it is larger by rounding. */
  @Test
  void roundingOfTheMeanDoesNotKeepAProbabilityBelowTheThreshold() {
    LabelIssues found =
        LabelIssues.of(
            predictions(
                List.of(
                    List.of(0.6f, 0.4f),
                    List.of(0.8f, 0.2f),
                    List.of(0.7f, 0.3f),
                    List.of(0.05f, 0.95f))),
            List.of(0, 0, 1, 1));

    assertThat(found.thresholds().get(0)).isGreaterThan(0.7f);
    assertThat(found.issues()).containsExactly(new LabelIssue(2, 1, 0, 0.3f, 0.7f));
  }

  @Test
  void samplesWithoutPredictionAreNotChecked() {
    LabelIssues found =
        LabelIssues.of(
            predictions(
                List.of(
                    List.of(0.9f, 0.1f),
                    List.of(Float.NaN, Float.NaN),
                    List.of(0.1f, 0.9f),
                    List.of(0.2f, 0.8f))),
            List.of(0, 0, 1, 1));

    assertThat(found.samples()).isEqualTo(3);
    assertThat(found.thresholds().get(0)).isCloseTo(0.9, within(1e-6));
    assertThat(found.issues()).isEmpty();
  }

  @Test
  void refusesWhatIsNotPredictedOrNoProbability() {
    Predictions two = predictions(List.of(List.of(0.9f, 0.1f), List.of(0.1f, 0.9f)));
    assertThatThrownBy(() -> LabelIssues.of(two, List.of(0)))
        .hasMessageContaining("There are 1 labels and 2 predictions.");
    assertThatThrownBy(() -> LabelIssues.of(two, List.of(0, 2)))
        .hasMessageContaining("The label 2 is not one of 2 classes.");
    assertThatThrownBy(
            () ->
                LabelIssues.of(
                    predictions(List.of(List.of(3f, -2f), List.of(0f, 1f))), List.of(0, 1)))
        .hasMessageContaining("The prediction of sample 0 contains 3.0.")
        .hasMessageContaining("Give probabilities from 0 to 1.");
  }
}
