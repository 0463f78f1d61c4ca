package dev.espalier.loss;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.stability.Incubating;
import dev.espalier.training.Step;
import dev.espalier.training.StepContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Losses of the samples of a batch in a {@link Step}, each multiplied by the weight of its sample.
 * Immutable.
 *
 * @param total the loss to minimize: the sum of all parts, float32 {@code [batch]}
 * @param parts losses that are reported beside the total, by their names in the logs, float32
 *     {@code [batch]}
 */
@Incubating
public record SampleLosses(Tensor total, Map<String, Tensor> parts) {
  /** Copies the map. */
  public SampleLosses {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /**
   * Returns values after a check that there is one for each sample.
   *
   * @param name of what gave them, for messages
   * @throws EspalierException {@code SHAPE_MISMATCH} unless they are float32 {@code [batch]}
   */
  public static Tensor requirePerSample(String name, Tensor values) {
    if (values.dataType() != DataType.FLOAT32 || values.shape().rank() != 1) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "\"" + name + "\" gives " + values.type() + " instead of one value per sample.",
          "Average over all axes but the first.");
    }
    return values;
  }

  /**
   * Returns these losses with one more, which is added to the total and reported by itself.
   *
   * @param name in the logs, such as {@code distillation_loss}
   * @param losses float32 {@code [batch]}, as they count in the total; multiply them with {@link
   *     StepContext#sampleWeight} for them to follow the weights of the samples
   */
  public SampleLosses plus(Ops ops, String name, Tensor losses) {
    Map<String, Tensor> more = new LinkedHashMap<>(parts);
    more.put(name, requirePerSample(name, losses));
    return new SampleLosses(ops.add(total, losses), more);
  }

  /** Returns these losses, all multiplied with a number. */
  public SampleLosses times(Ops ops, double factor) {
    Map<String, Tensor> scaled = new LinkedHashMap<>();
    parts.forEach((name, losses) -> scaled.put(name, ops.multiply(losses, factor)));
    return new SampleLosses(ops.multiply(total, factor), scaled);
  }
}
