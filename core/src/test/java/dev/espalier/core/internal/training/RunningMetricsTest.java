package dev.espalier.core.internal.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.internal.program.Report;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Goal;
import dev.espalier.metric.Matrix;
import dev.espalier.metric.Metric;
import dev.espalier.metric.MetricResult;
import dev.espalier.metric.MetricSums;
import dev.espalier.metric.Metrics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunningMetricsTest {
  private static final Report LOSS = new Report.Mean("loss");

  @Test
  void aSmallerLastBatchCountsByItsSamples() {
    RunningMetrics metrics =
        new RunningMetrics(List.of(LOSS, new Report.OfMetric("", Metrics.accuracy(), 2)));
    // Losses 1 and 1, then one of 16: 18/3 as Keras shows, not (1 + 16)/2.
    metrics.add(sums(2, 2, 2), 2);
    assertThat(metrics.values()).containsEntry("loss", 1.0).containsEntry("accuracy", 1.0);
    metrics.add(sums(16, 0, 1), 1);
    assertThat(metrics.values()).containsEntry("loss", 6.0).containsEntry("accuracy", 2.0 / 3);
    assertThat(metrics.toLogs().asMap().keySet()).containsExactly("accuracy", "loss");
    assertThat(metrics.lastLoss()).isEqualTo(16);
  }

  private static Map<String, HostArray> sums(float loss, float hits, float weights) {
    return Map.of(
        "mean/loss",
        HostArray.scalar(loss),
        "metric/accuracy/0",
        HostArray.scalar(hits),
        "metric/accuracy/1",
        HostArray.scalar(weights));
  }

  /** Counts in a matrix of one row; tells them by names that may be wrong. */
  private record Counting(List<String> logNames) implements Metric {
    @Override
    public String name() {
      return "counts";
    }

    @Override
    public Goal goal() {
      return Goal.MAX;
    }

    @Override
    public List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight) {
      throw new AssertionError("this test gives the sums");
    }

    @Override
    public MetricResult result(MetricSums sums) {
      double[] counts = sums.values(0);
      return MetricResult.of(Map.of("first", counts[0], "second", counts[1]))
          .withMatrix(Matrix.of(2, counts));
    }
  }

  private static Map<String, HostArray> counts(float first, float second) {
    return Map.of("metric/head_counts/0", HostArray.wrap(Shape.of(2), first, second));
  }

  @Test
  void aMetricMayHaveSeveralValuesAndAMatrix() {
    Metric metric = new Counting(List.of("first", "second"));
    RunningMetrics metrics = new RunningMetrics(List.of(new Report.OfMetric("head_", metric, 1)));
    assertThat(metrics.values()).isEmpty();
    metrics.add(counts(1, 2), 4);
    // What float32 cannot count any further is counted by the host.
    metrics.add(counts(1 << 24, 2), 4);
    metrics.add(counts(1, 2), 4);
    Evaluation evaluation = metrics.toEvaluation(metrics.toLogs());
    assertThat(evaluation.values())
        .containsExactly(Map.entry("head_first", 2.0 + (1 << 24)), Map.entry("head_second", 6.0));
    assertThat(evaluation.matrix("head_counts")).isEqualTo(Matrix.of(2, 2.0 + (1 << 24), 6));
    assertThat(evaluation.samples()).isEqualTo(12);
  }

  @Test
  void aMetricWhoseValuesHaveOtherNamesThanItSaidIsRefused() {
    Metric metric = new Counting(List.of("first", "third"));
    RunningMetrics metrics = new RunningMetrics(List.of(new Report.OfMetric("head_", metric, 1)));
    metrics.add(counts(1, 2), 4);
    assertThatThrownBy(metrics::values)
        .hasMessageContaining("The metric counts gives the values")
        .hasMessageContaining("but its log names are first, third.");
  }

  @Test
  void whatWasAddedUpBeforeIsGoneOnFrom() {
    List<Report> reports = List.of(LOSS, new Report.OfMetric("", Metrics.accuracy(), 2));
    RunningMetrics before = new RunningMetrics(reports);
    before.add(sums(2, 1, 2), 2);
    RunningMetrics after = new RunningMetrics(reports);
    after.restore(before.sums());
    after.add(sums(1, 1, 1), 1);
    assertThat(after.values()).containsEntry("loss", 1.0).containsEntry("accuracy", 2.0 / 3);
  }
}
