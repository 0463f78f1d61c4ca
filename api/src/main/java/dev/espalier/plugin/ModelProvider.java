package dev.espalier.plugin;

import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.option.OptionDescription;
import java.util.List;
import java.util.Map;

/** Offers a model by name. Called by the registry's users on any thread; keeps no state. */
public interface ModelProvider {
  /** Returns the name users write, lower case with hyphens, such as {@code efficientnet-b0}. */
  String name();

  /** Returns a one-line description. */
  String description();

  /** Returns what can be set beside what every model knows. */
  default List<OptionDescription<?>> options() {
    return List.of();
  }

  /**
   * Returns the names that other projects have for the weights of the model, by the name of the
   * project in lower case, such as {@code timm}: files with these names can be written.
   */
  default Map<String, WeightNames> weightNames() {
    return Map.of();
  }

  /**
   * Builds the model.
   *
   * @throws dev.espalier.error.EspalierException for a request it cannot fulfil, saying why
   */
  Model create(ModelRequest request);
}
