package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionsTest {
  private final Predictions predictions =
      new Predictions(
          HostArray.wrap(Shape.of(2, 3), 0.2f, 0.7f, 0.1f, 0.4f, 0.2f, 0.4f),
          List.of("cat", "dog", "fox"));

  @Test
  void theBestClassesComeFirst() {
    assertThat(predictions.topK(0, 2))
        .containsExactly(new ClassScore(1, "dog", 0.7f), new ClassScore(0, "cat", 0.2f));
    assertThat(predictions.topK(0, 9)).hasSize(3);
    assertThat(predictions.label(0)).isEqualTo(1);
    assertThat(predictions.row(0)).containsExactly(0.2f, 0.7f, 0.1f);
  }

  @Test
  void theFirstOfEqualsWins() {
    assertThat(predictions.label(1)).isZero();
    assertThat(predictions.topK(1, 3)).extracting(ClassScore::label).containsExactly(0, 2, 1);
  }

  @Test
  void classesAboveAThresholdMayBeNone() {
    assertThat(predictions.above(0, 0.15)).extracting(ClassScore::label).containsExactly(1, 0);
    assertThat(predictions.above(0, 0.8)).isEmpty();
    assertThat(predictions.above(0, 0)).isEqualTo(predictions.topK(0, 3));
  }

  @Test
  void classesWithoutNamesAreNumbered() {
    assertThat(predictions.withClassNames(List.of()).classNames()).containsExactly("0", "1", "2");
    assertThat(predictions.size()).isEqualTo(2);
    assertThat(predictions.classCount()).isEqualTo(3);
  }

  @Test
  void featureMapsAreNoPredictions() {
    HostArray maps = HostArray.wrap(Shape.of(1, 1, 1, 2), 1, 2);
    assertThatThrownBy(() -> new Predictions(maps, List.of()))
        .hasMessageContaining("The model gives (1, 1, 2) for a sample")
        .hasMessageContaining("use featurize");
  }
}
