package dev.espalier.weights.keras;

import dev.espalier.graph.HostArray;
import dev.espalier.model.Weights;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gathers the arrays of a file, each under a name of its own. Not thread-safe. */
final class NamedArrays {
  private final Hdf5Nodes nodes;
  private final Map<String, HostArray> arrays = new LinkedHashMap<>();

  NamedArrays(Hdf5Nodes nodes) {
    this.nodes = nodes;
  }

  void add(String name, HostArray array) {
    if (arrays.put(name, array) != null) {
      throw nodes.invalid("there are two arrays named \"" + name + "\"", null);
    }
  }

  Weights weights() {
    return Weights.of(arrays);
  }
}
