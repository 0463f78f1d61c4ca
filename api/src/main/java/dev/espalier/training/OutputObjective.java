package dev.espalier.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.loss.Loss;
import dev.espalier.metric.Metric;
import java.util.List;

/**
 * Loss and metrics of one of several outputs of a model. Immutable.
 *
 * @param loss loss of this output
 * @param weight factor of the loss in the total loss, 0 or more
 * @param metrics metrics of this output; their names in the logs start with the name of the output
 */
public record OutputObjective(Loss loss, double weight, List<Metric> metrics) {
  /** Copies the list and checks the weight. */
  public OutputObjective {
    metrics = List.copyOf(metrics);
    if (!(weight >= 0) || Float.isInfinite((float) weight)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The loss " + loss.name() + " of an output cannot have the weight " + weight + ".",
          "Give a number of 0 or more, such as 0.5.");
    }
  }

  /** Returns the objective of a loss that counts fully, without metrics. */
  public static OutputObjective of(Loss loss) {
    return new OutputObjective(loss, 1, List.of());
  }

  /** Returns this objective with another weight of its loss. */
  public OutputObjective weight(double value) {
    return new OutputObjective(loss, value, metrics);
  }

  /** Returns this objective with metrics, instead of those it had. */
  public OutputObjective metrics(Metric... values) {
    return new OutputObjective(loss, weight, List.of(values));
  }
}
