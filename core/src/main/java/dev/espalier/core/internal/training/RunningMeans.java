package dev.espalier.core.internal.training;

import dev.espalier.core.internal.file.Checkpoint;
import dev.espalier.core.internal.program.Feeds;
import dev.espalier.graph.HostArray;
import dev.espalier.training.Logs;
import dev.espalier.training.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Averages loss and metrics over samples, not over batches, so that a smaller last batch counts for
 * what it is. Not thread-safe.
 */
final class RunningMeans {
  private final Map<String, String> outputs = new LinkedHashMap<>(); // by the name in the logs
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private long samples;

  RunningMeans(List<Metric> metrics) {
    outputs.put("loss", Feeds.LOSS);
    metrics.forEach(metric -> outputs.put(metric.name(), Feeds.metric(metric.name())));
  }

  /** Adds the sums over the samples of a batch. */
  void add(Map<String, HostArray> results, int batchSize) {
    samples += batchSize;
    outputs.forEach(
        (name, output) -> {
          HostArray sum = results.get(output);
          if (sum == null) {
            throw new IllegalStateException("the engine did not return " + output);
          }
          sums.merge(name, sum.item(), Double::sum);
        });
  }

  /** Returns what was added up so far. */
  Checkpoint.Sums sums() {
    return new Checkpoint.Sums(samples, sums);
  }

  /** Goes on from what was added up before. */
  void restore(Checkpoint.Sums before) {
    samples = before.samples();
    sums.putAll(before.byName());
  }

  Map<String, Double> means() {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> means.put(name, sum / samples));
    return means;
  }

  Logs toLogs() {
    return new Logs(means());
  }
}
