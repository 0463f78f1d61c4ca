package dev.espalier.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.Tensor;
import dev.espalier.stability.Incubating;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Outputs of a model that is called in a {@link Step}. Immutable.
 *
 * @param byName outputs by name, in the order of the model
 * @param layerLosses float32 scalars that layers added to the loss in this call, such as the
 *     penalties of regularizers
 */
@Incubating
public record ModelOutputs(Map<String, Tensor> byName, List<Tensor> layerLosses) {
  /** Copies the collections. */
  public ModelOutputs {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    layerLosses = List.copyOf(layerLosses);
  }

  /**
   * Returns an output.
   *
   * @throws EspalierException {@code UNKNOWN_NAME} if the model has none of that name
   */
  public Tensor get(String name) {
    Tensor output = byName.get(name);
    if (output == null) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "output", name, byName.keySet());
    }
    return output;
  }

  /**
   * Returns the only output.
   *
   * @throws EspalierException {@code INVALID_MODEL} if there are several
   */
  public Tensor single() {
    if (byName.size() != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model has the outputs " + String.join(", ", byName.keySet()) + ".",
          "Ask for one of them by its name.");
    }
    return byName.values().iterator().next();
  }
}
