package dev.espalier.metric;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.NearestNames;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Result of evaluating a model. Immutable.
 *
 * @param values loss and metrics by name, in alphabetical order
 * @param matrices confusion matrices and the like, by the name of the metric
 * @param samples number of samples evaluated
 */
public record Evaluation(Map<String, Double> values, Map<String, Matrix> matrices, long samples) {
  /** Copies the maps. */
  public Evaluation {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
    matrices = Collections.unmodifiableMap(new TreeMap<>(matrices));
  }

  /**
   * Returns the loss.
   *
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_NAME} if there is none
   */
  public double loss() {
    return get("loss");
  }

  /**
   * Returns a value.
   *
   * @param name such as {@code accuracy}
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_NAME} if there is none of that
   *     name, listing the nearest
   */
  public double get(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "metric", name, values.keySet());
    }
    return value;
  }

  /** Returns the matrix of a metric, or null if it has none. */
  public @Nullable Matrix matrix(String metric) {
    return matrices.get(metric);
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
