package dev.espalier.core.internal.training;

import dev.espalier.callback.Logs;
import dev.espalier.core.internal.file.Checkpoint;
import dev.espalier.core.internal.program.Report;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Matrix;
import dev.espalier.metric.Metric;
import dev.espalier.metric.MetricResult;
import dev.espalier.metric.MetricSums;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Accumulates the results of steps: losses over samples rather than batches, so that a smaller last
 * batch has its proper weight, and the tensors of metrics. Not thread-safe.
 */
final class RunningMetrics {
  private final List<Report> reports;
  private final Map<String, MetricSums> sums = new LinkedHashMap<>();
  private long samples;
  private double lastLoss;

  RunningMetrics(List<Report> reports) {
    this.reports = List.copyOf(reports);
  }

  /** Adds the results of a batch. */
  void add(Map<String, HostArray> results, int batchSize) {
    samples += batchSize;
    for (Report report : reports) {
      List<HostArray> arrays = new ArrayList<>();
      for (String output : report.outputs()) {
        HostArray array = results.get(output);
        if (array == null) {
          throw new IllegalStateException("the engine did not return " + output);
        }
        arrays.add(array);
      }
      if (report.name().equals("loss")) {
        lastLoss = arrays.get(0).at(0);
      }
      sums.merge(report.name(), MetricSums.of(arrays), MetricSums::plus);
    }
  }

  /** Returns the sum of the losses of the last batch; 0 if the step reports none. */
  double lastLoss() {
    return lastLoss;
  }

  /** Returns the sums accumulated so far. */
  Checkpoint.Sums sums() {
    return new Checkpoint.Sums(samples, sums);
  }

  /** Continues from accumulated sums. */
  void restore(Checkpoint.Sums before) {
    samples = before.samples();
    sums.putAll(before.byName());
  }

  /** Returns all values by their names in the logs; empty before the first batch. */
  Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Report report : reports) {
      MetricSums sum = sums.get(report.name());
      if (sum == null) {
        continue;
      }
      if (report instanceof Report.OfMetric metric) {
        result(metric, sum)
            .values()
            .forEach((name, value) -> values.put(metric.prefix() + name, value));
      } else {
        values.put(report.name(), sum.value(0) / samples);
      }
    }
    return values;
  }

  private static MetricResult result(Report.OfMetric report, MetricSums sum) {
    Metric metric = report.metric();
    MetricResult result = metric.result(sum);
    List<String> promised = metric.logNames();
    if (!result.values().keySet().equals(Set.copyOf(promised))) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The metric "
              + metric.name()
              + " gives the values "
              + String.join(", ", result.values().keySet())
              + ", but its log names are "
              + String.join(", ", promised)
              + ".",
          "Make logNames() of the metric return the names that result() gives.");
    }
    return result;
  }

  Logs toLogs() {
    return new Logs(values());
  }

  /**
   * Returns the evaluation: all values, and the matrices of the metrics that have one.
   *
   * @param logs the values, as changed by callbacks
   */
  Evaluation toEvaluation(Logs logs) {
    Map<String, Matrix> matrices = new LinkedHashMap<>();
    for (Report report : reports) {
      MetricSums sum = sums.get(report.name());
      if (sum != null && report instanceof Report.OfMetric metric) {
        Matrix matrix = result(metric, sum).matrix();
        if (matrix != null) {
          matrices.put(report.name(), matrix);
        }
      }
    }
    return new Evaluation(logs.asMap(), matrices, samples);
  }
}
