package org.example.eca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.metric.Matrix;
import dev.espalier.metric.MetricResult;
import dev.espalier.metric.MetricSums;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the metrics make of sums; the training test has the sums made. */
class MetricsTest {
  private static MetricResult f1(float[] hits, float[] guesses, float[] members) {
    Shape classes = Shape.of(hits.length);
    return new MacroF1()
        .result(
            MetricSums.of(
                List.of(
                    HostArray.wrap(classes, hits),
                    HostArray.wrap(classes, guesses),
                    HostArray.wrap(classes, members))));
  }

  /** scikit-learn 1.5: f1_score([0, 0, 1, 1, 2], [0, 1, 1, 1, 0], average="macro") = 0.4333. */
  @Test
  void f1IsTheMeanOverTheClasses() {
    MetricResult result = f1(new float[] {1, 2, 0}, new float[] {2, 3, 0}, new float[] {2, 2, 1});
    assertThat(result.values().get("macro_f1")).isEqualTo(1.3 / 3, within(1e-9));
    Matrix table = result.matrix();
    assertThat(table.rows()).isEqualTo(3);
    assertThat(table.at(1, 0)).as("precision").isEqualTo(2 / 3.0);
    assertThat(table.at(1, 1)).as("recall").isEqualTo(1);
  }

  @Test
  void aClassThatNeitherOccursNorIsGuessedDoesNotCount() {
    MetricResult result = f1(new float[] {2, 0}, new float[] {2, 0}, new float[] {2, 0});
    assertThat(result.values().get("macro_f1")).isEqualTo(1);
  }
}
