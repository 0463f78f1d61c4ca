package dev.espalier.training;

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

  /** Returns which way the metric improves; callbacks that monitor it ask for this. */
  Goal goal();

  /**
   * Returns the tensors of a batch that are to be added up over batches, float32 and of shapes that
   * do not depend on the size of the batch.
   *
   * @param target class indices, int32 {@code [batch]}, or float32 numbers, as the data set's
   *     {@link Target} says
   * @param prediction the model's output, float32 {@code [batch, ...]}
   * @param sampleWeight how much each sample counts, float32 {@code [batch]}; ones unless the
   *     metric is {@linkplain #isWeighted weighted}
   */
  List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight);

  /**
   * Returns what the sums over batches say.
   *
   * @param sums of what {@link #accumulate} gave, in the same order
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
   * Returns the keys of all values that {@link #result} has, so that callbacks can be checked
   * before the training; by default the name alone.
   */
  default List<String> logNames() {
    return List.of(name());
  }

  /**
   * Returns whether the metric means something for targets of a kind. One that says no is refused
   * on such data before the training, with a message. By default all are accepted.
   */
  default boolean accepts(Target target) {
    return true;
  }
}
