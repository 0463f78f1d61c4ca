package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Another metric in which samples count in proportion to their weights: those of the data set and,
 * in training, those of their classes. Its names in the logs start with {@code weighted_}.
 * Immutable and thread-safe.
 *
 * @param metric the metric to weight
 */
public record WeightedMetric(Metric metric) implements Metric {
  private static final String PREFIX = "weighted_";

  @Override
  public String name() {
    return PREFIX + metric.name();
  }

  @Override
  public boolean isWeighted() {
    return true;
  }

  @Override
  public Goal goal() {
    return metric.goal();
  }

  @Override
  public List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight) {
    return metric.accumulate(ops, target, prediction, sampleWeight);
  }

  @Override
  public MetricResult result(MetricSums sums) {
    MetricResult result = metric.result(sums);
    Map<String, Double> values = new LinkedHashMap<>();
    result.values().forEach((name, value) -> values.put(PREFIX + name, value));
    return new MetricResult(values, result.matrix());
  }

  @Override
  public List<String> logNames() {
    List<String> names = new ArrayList<>();
    metric.logNames().forEach(name -> names.add(PREFIX + name));
    return names;
  }

  @Override
  public boolean accepts(Target target) {
    return metric.accepts(target);
  }
}
