package dev.espalier.core.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.core.Predictions;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnknownThresholdTest {
  /** Right with 0.9, 0.8, 0.7, 0.6; wrong with 0.65 and 0.95. */
  private static final Predictions SCORES =
      new Predictions(
          HostArray.wrap(
              Shape.of(6, 2), .9f, .1f, .2f, .8f, .7f, .3f, .4f, .6f, .65f, .35f, .95f, .05f),
          List.of("a", "b"));

  private static final List<Integer> LABELS = List.of(0, 1, 0, 1, 1, 1);

  @Test
  void theThresholdIsTheHighestThatKeepsTheFraction() {
    UnknownThreshold three = UnknownThreshold.of(SCORES, LABELS, 1, 0.75);
    assertThat(three.score()).isEqualTo(0.7, offset(1e-6));
    assertThat(three.rightKept()).isEqualTo(0.75);
    assertThat(three.wrongRefused()).isEqualTo(0.5);

    assertThat(UnknownThreshold.of(SCORES, LABELS, 1, 0.51).score()).isEqualTo(0.7, offset(1e-6));
    assertThat(UnknownThreshold.of(SCORES, LABELS, 1, 1).score()).isEqualTo(0.6, offset(1e-6));
    assertThat(UnknownThreshold.of(SCORES, LABELS, 1, 0.01).score()).isEqualTo(0.9, offset(1e-6));
  }

  @Test
  void scoresAreThoseAfterTheTemperature() {
    double expected = Math.sqrt(0.6) / (Math.sqrt(0.6) + Math.sqrt(0.4));
    assertThat(UnknownThreshold.of(SCORES, LABELS, 2, 1).score()).isEqualTo(expected, offset(1e-6));
  }

  @Test
  void whatGivesNoThresholdIsRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> UnknownThreshold.of(SCORES, LABELS, 1, 0))
        .withMessageContaining("The fraction of right answers to keep is 0.0.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> UnknownThreshold.of(SCORES, List.of(1, 0, 1, 0, 1, 1), 1, 0.9))
        .withMessageContaining("no right answer for these 6 samples");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> UnknownThreshold.of(SCORES, List.of(1), 1, 0.9))
        .withMessageContaining("6 predictions and 1 labels");
  }
}
