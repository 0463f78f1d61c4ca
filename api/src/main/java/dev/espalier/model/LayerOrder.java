package dev.espalier.model;

import dev.espalier.layer.LayerOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Sorts the layers of models as files of other frameworks do. */
final class LayerOrder {
  private LayerOrder() {}

  /**
   * Returns the names sorted by the type of the layer, and those inside a nested model where that
   * model stands. Layers of one type keep their order.
   *
   * @param names of layers, or of parts of a layer such as {@code attention/query}
   */
  static List<String> byType(Model model, Set<String> names) {
    Set<String> sorted = new LinkedHashSet<>();
    for (String layer : sortedPaths(model, "")) {
      names.stream()
          .filter(name -> name.equals(layer) || name.startsWith(layer + "/"))
          .forEach(sorted::add);
    }
    return List.copyOf(sorted);
  }

  private static List<String> sortedPaths(Model model, String prefix) {
    List<LayerOutput> nodes = new ArrayList<>(model.nodes());
    nodes.sort(
        Comparator.comparing(
            (LayerOutput node) -> ModelAssembly.snakeCase(node.plainLayer().typeName())));
    Set<String> paths = new LinkedHashSet<>();
    for (LayerOutput node : nodes) {
      String path = prefix + Model.nameOf(node);
      if (node.plainLayer() instanceof Model nested) {
        paths.addAll(sortedPaths(nested, path + "/"));
      } else {
        paths.add(path);
      }
    }
    return List.copyOf(paths);
  }
}
