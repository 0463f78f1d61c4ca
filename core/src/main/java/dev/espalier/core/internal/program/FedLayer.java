package dev.espalier.core.internal.program;

import dev.espalier.core.internal.passes.FeatureBoundary;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.LayerOutput;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The layer whose output a step is fed instead of images, if any. Collects what the layer gives
 * while the step is traced, and cuts off what computes it. Not thread-safe.
 */
final class FedLayer {
  private final @Nullable LayerOutput layer;
  private final Map<Tensor, String> outputs = new HashMap<>();

  /** Prepares for a layer, or for none if it is null. */
  FedLayer(@Nullable LayerOutput layer) {
    this.layer = layer;
  }

  /** Notes what the layers of the model give, each time the model is traced. */
  void traced(Map<LayerOutput, Tensor> layers) {
    if (layer != null) {
      outputs.put(Objects.requireNonNull(layers.get(layer)), Feeds.FEATURES);
    }
  }

  /**
   * Returns the part of a program that follows the layer.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if it needs more than the output of
   *     the layer
   */
  Program rest(Program whole) {
    if (layer == null) {
      return whole;
    }
    Program rest = FeatureBoundary.fed(whole, outputs);
    if (rest.inputs().keySet().stream().anyMatch(Feeds::ofSample)) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layers after \""
              + OutputTask.nameOf(layer)
              + "\" take more of the base than its output.",
          "Name the last layer of the frozen base, the one that its head was put on.");
    }
    return rest;
  }
}
