package dev.espalier.metric;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Result of a {@link Metric} over all batches. Immutable.
 *
 * @param values values by their names in the logs, at least one
 * @param matrix what a table shows better, such as a confusion matrix, or null
 */
public record MetricResult(Map<String, Double> values, @Nullable Matrix matrix) {
  /** Copies the map. */
  public MetricResult {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    if (values.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A metric has no value.",
          "Give at least one: it is what is shown and monitored.");
    }
  }

  /** Returns a single value. */
  public static MetricResult of(String name, double value) {
    return new MetricResult(Map.of(name, value), null);
  }

  /** Returns several values, in the order of the map. */
  public static MetricResult of(Map<String, Double> values) {
    return new MetricResult(values, null);
  }

  /** Returns these values with a matrix. */
  public MetricResult withMatrix(Matrix table) {
    return new MetricResult(values, table);
  }
}
