package dev.espalier.plugin;

import dev.espalier.model.Model;
import dev.espalier.option.OptionDescription;
import java.util.List;

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
   * Builds the model.
   *
   * @throws dev.espalier.error.EspalierException for a request it cannot fulfil, saying why
   */
  Model create(ModelRequest request);
}
