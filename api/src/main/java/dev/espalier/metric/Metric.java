package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.List;

/**
 * One or several values that are reported beside the loss. For each batch, a metric computes
 * tensors that can be added; the trainer adds those of all batches on the host in float64, and the
 * metric turns the sums into its values. Anything that can be computed from sums can be a metric:
 * means, precision and recall, the area under a curve by thresholds, a confusion matrix. For the
 * mean of one value per sample, extend {@link MeanMetric}. Implementations are immutable and
 * thread-safe, usually records.
 */
public interface Metric {
  /** Returns the key in the logs, such as {@code accuracy}. */
  String name();

  /** Returns whether a lower or a higher value is better, for callbacks that monitor the metric. */
  Goal goal();

  /**
   * Returns the tensors of a batch that are summed over batches, float32 and with shapes that do
   * not depend on the batch size.
   *
   * @param target class indices, int32 {@code [batch]}, or float32 numbers, as the data set's
   *     {@link Target} says
   * @param prediction the model's output, float32 {@code [batch, ...]}
   * @param sampleWeight how much each sample counts, float32 {@code [batch]}; ones unless the
   *     metric is {@linkplain #isWeighted weighted}
   */
  List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight);

  /**
   * Computes the values of the metric from the sums over all batches.
   *
   * @param sums sums of the tensors of {@link #accumulate}, in the same order
   */
  MetricResult result(MetricSums sums);

  /**
   * Returns whether samples count by their weights; no by default, as in Keras. {@link
   * Metrics#weighted} makes one of any metric that does.
   */
  default boolean isWeighted() {
    return false;
  }

  /**
   * Returns the names of all values of {@link #result}, so that callbacks can be checked before
   * training; by default only the name of the metric.
   */
  default List<String> logNames() {
    return List.of(name());
  }

  /**
   * Returns whether the metric supports a kind of targets; true by default. If not, a training with
   * such data fails with a message before its first step.
   */
  default boolean accepts(Target target) {
    return true;
  }
}
