package dev.espalier.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.NamePattern;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Multipliers of the learning rate by layer (discriminative learning rates; Howard and Ruder,
 * 2018): in fine-tuning, the first layers of a pretrained base usually need smaller steps than its
 * last ones and the head. Decoupled weight decay, which is proportional to the learning rate, is
 * multiplied, too, as in PyTorch's parameter groups. Layers without a multiplier have 1. Immutable
 * and thread-safe.
 *
 * <pre>{@code
 * config -> config.learningRateMultipliers(Map.of("block1*", 0.1, "block2*", 0.3))
 * }</pre>
 *
 * @param byPattern multipliers by the names or patterns of layers, as {@link Model#freeze(String)}
 *     takes them; a nested model stands for all its layers; each above 0
 */
public record LearningRateMultipliers(Map<String, Double> byPattern) {
  /** Copies the map and checks the ranges. */
  public LearningRateMultipliers {
    byPattern = Collections.unmodifiableMap(new TreeMap<>(byPattern));
    byPattern.forEach(
        (pattern, multiplier) -> {
          if (!(multiplier.floatValue() > 0) || Float.isInfinite(multiplier.floatValue())) {
            throw new EspalierException(
                ErrorCode.INVALID_TRAINING_SETTING,
                "The learning rate of the layers \""
                    + pattern
                    + "\" cannot be multiplied by "
                    + multiplier
                    + ".",
                "Give a number above 0, such as 0.1; to keep layers as they are, freeze them.");
          }
        });
  }

  /** Returns no multipliers: all layers have the same learning rate. */
  public static LearningRateMultipliers none() {
    return new LearningRateMultipliers(Map.of());
  }

  /**
   * Returns the multipliers of a model's variables, by name; those without one are left out.
   *
   * @throws EspalierException {@code UNKNOWN_LAYER} if a pattern matches no layer; {@code
   *     INVALID_TRAINING_SETTING} if two patterns match the same layer
   */
  public Map<String, Double> of(Model model) {
    Map<String, Double> multipliers = new LinkedHashMap<>();
    Map<String, String> patterns = new LinkedHashMap<>();
    byPattern.forEach(
        (pattern, multiplier) -> {
          List<String> layers = matching(model, pattern);
          for (Variable variable : model.variables()) {
            if (layers.stream().anyMatch(layer -> variable.name().startsWith(layer + "/"))) {
              String other = patterns.put(variable.name(), pattern);
              if (other != null) {
                throw twice(variable.name(), List.of(other, pattern));
              }
              multipliers.put(variable.name(), multiplier);
            }
          }
        });
    return multipliers;
  }

  private static List<String> matching(Model model, String pattern) {
    NamePattern names = NamePattern.of(pattern);
    List<String> all = model.allLayers().stream().map(ModelLayer::path).toList();
    List<String> layers = all.stream().filter(names::matches).toList();
    if (layers.isEmpty()) {
      throw NearestNames.unknown(
          ErrorCode.UNKNOWN_LAYER, "layer with a learning-rate multiplier", pattern, all);
    }
    return layers;
  }

  private static EspalierException twice(String variable, List<String> patterns) {
    return new EspalierException(
        ErrorCode.INVALID_TRAINING_SETTING,
        "Two multipliers of the learning rate are given for "
            + variable
            + ": those of \""
            + String.join("\" and \"", patterns)
            + "\".",
        "Write patterns that match different layers.");
  }
}
