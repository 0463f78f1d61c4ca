package dev.espalier.core.internal.program;

import dev.espalier.metric.Metric;
import java.util.List;
import java.util.stream.IntStream;

/** A result of a step on one batch, to be accumulated over batches. */
public sealed interface Report {
  /** Returns a name that is unique in the step. */
  String name();

  /** Returns the names of the program outputs that contain it, in order. */
  List<String> outputs();

  /** A mean over all samples; the only output is the sum over the batch. */
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
   * @param count number of tensors that it accumulates
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
