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
  private static MetricResult kappa(float[] hits, float[] guesses, float[] members) {
    Shape classes = Shape.of(hits.length);
    return new CohenKappa()
        .result(
            MetricSums.of(
                List.of(
                    HostArray.wrap(classes, hits),
                    HostArray.wrap(classes, guesses),
                    HostArray.wrap(classes, members))));
  }

  /** scikit-learn: cohen_kappa_score([0, 0, 1, 1, 2], [0, 1, 1, 1, 0]) = 0.3333. */
  @Test
  void kappaIsTheAgreementBeyondChance() {
    MetricResult result =
        kappa(new float[] {1, 2, 0}, new float[] {2, 3, 0}, new float[] {2, 2, 1});
    assertThat(result.values().get("cohen_kappa")).isEqualTo(1 / 3.0, within(1e-9));
    Matrix table = result.matrix();
    assertThat(table.rows()).isEqualTo(3);
    assertThat(table.at(1, 0)).as("predicted").isEqualTo(3);
    assertThat(table.at(1, 1)).as("true").isEqualTo(2);
  }

  @Test
  void guessingOneClassIsChance() {
    MetricResult result = kappa(new float[] {3, 0}, new float[] {4, 0}, new float[] {3, 1});
    assertThat(result.values().get("cohen_kappa")).isEqualTo(0, within(1e-9));
  }

  @Test
  void oneClassAloneIsAlwaysRight() {
    MetricResult result = kappa(new float[] {2, 0}, new float[] {2, 0}, new float[] {2, 0});
    assertThat(result.values().get("cohen_kappa")).isEqualTo(1);
  }
}
