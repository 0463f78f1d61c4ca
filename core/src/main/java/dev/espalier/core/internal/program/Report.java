package dev.espalier.core.internal.program;

import dev.espalier.metric.Metric;
import java.util.List;
import java.util.stream.IntStream;

/** What a step reports of a batch, to be added up over batches. */
public sealed interface Report {
  /** Returns a name that no other report of the step has. */
  String name();

  /** Returns the names of the program's outputs, in the order in which they were reported. */
  List<String> outputs();

  /** The mean over all samples of what the only output holds the sum of. */
  record Mean(String name) implements Report {
    @Override
    public List<String> outputs() {
      return List.of("mean/" + name);
    }
  }

  /**
   * The values of a metric.
   *
   * @param prefix of all its names in the logs
   * @param count of the tensors that it accumulates
   */
  record OfMetric(String prefix, Metric metric, int count) implements Report {
    @Override
    public String name() {
      return prefix + metric.name();
    }

    @Override
    public List<String> outputs() {
      return IntStream.range(0, count).mapToObj(i -> "metric/" + name() + "/" + i).toList();
    }
  }
}
