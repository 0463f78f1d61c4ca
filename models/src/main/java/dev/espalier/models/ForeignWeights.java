package dev.espalier.models;

import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recognizes weights of a different EfficientNet, for a helpful error. */
final class ForeignWeights {
  /** Only the second generation has convolutions with this name. */
  private static final String SECOND_GENERATION = "_dwconv2";

  private ForeignWeights() {}

  /** Adds advice to an error about the number of layers if the weights are recognized. */
  static EspalierException explained(EspalierException error, Model model, Weights weights) {
    String remedy = remedy(model, weights.layerNames());
    return remedy == null
        ? error
        : new EspalierException(error.code(), error.problem(), remedy, error);
  }

  private static @Nullable String remedy(Model model, List<String> layers) {
    if (has(layers, SECOND_GENERATION)
        && model.variables().stream()
            .noneMatch(variable -> variable.name().contains(SECOND_GENERATION + "/"))) {
      return "It belongs to an EfficientNetV2: build that variant (EfficientNetV2, or"
          + " efficientnetv2-… on the command line).";
    }
    return null;
  }

  private static boolean has(List<String> layers, String ending) {
    return layers.stream().anyMatch(layer -> layer.endsWith(ending));
  }
}
