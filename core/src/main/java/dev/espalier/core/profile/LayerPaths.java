package dev.espalier.core.profile;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import java.util.HashMap;
import java.util.Map;

/** Finds the paths of layers in the names that they have in a traced program. */
final class LayerPaths {
  private final Map<String, String> paths = new HashMap<>();

  LayerPaths(Model model) {
    for (ModelLayer layer : model.layers()) {
      // As errors name layers.
      paths.put(layer.path() + " (" + layer.layer().typeName() + ")", layer.path());
    }
  }

  /** Returns an origin with the path of its layer; a stage of the step keeps its name. */
  OperatorOrigin named(OperatorOrigin origin) {
    return new OperatorOrigin(
        paths.getOrDefault(origin.layer(), origin.layer()), origin.primitive(), origin.gradient());
  }
}
