package dev.espalier.core.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.HostArray;
import dev.espalier.training.Metrics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunningMeansTest {
  @Test
  void aSmallerLastBatchCountsByItsSamples() {
    RunningMeans means = new RunningMeans(List.of(Metrics.accuracy()));
    // Losses 1 and 1, then one of 16: 18/3 as Keras shows, not (1 + 16)/2.
    means.add(sums(2, 2), 2);
    assertThat(means.means()).containsEntry("loss", 1.0).containsEntry("accuracy", 1.0);
    means.add(sums(16, 0), 1);
    assertThat(means.means()).containsEntry("loss", 6.0).containsEntry("accuracy", 2.0 / 3);
    assertThat(means.toLogs().asMap().keySet()).containsExactly("accuracy", "loss");
  }

  private static Map<String, HostArray> sums(float loss, float accuracy) {
    return Map.of("loss", HostArray.scalar(loss), "metric/accuracy", HostArray.scalar(accuracy));
  }
}
