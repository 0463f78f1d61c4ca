package dev.espalier.weights.keras;

import dev.espalier.weights.keras.ModelPlan.LayerPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the layers of a configuration among those that a file stores by type and counter. */
final class PlannedNames {
  private final ModelPlan plan;
  private final Hdf5Nodes nodes;

  PlannedNames(ModelPlan plan, Hdf5Nodes nodes) {
    this.plan = plan;
    this.nodes = nodes;
  }

  /** Adds the arrays in the order of the configuration, under the names that it has. */
  void collect(StoredLayer root, NamedArrays arrays) {
    collect(plan, root, "", arrays);
  }

  private void collect(ModelPlan model, StoredLayer stored, String prefix, NamedArrays arrays) {
    Map<String, StoredLayer> byName = match(model, stored);
    for (LayerPlan layer : model.layers()) {
      StoredLayer found = byName.get(layer.original());
      if (found == null) {
        continue;
      }
      String path = prefix + layer.original();
      if (layer.nested() != null) {
        collect(layer.nested(), found, path + "/", arrays);
      }
      found.collect(path, arrays::add);
    }
  }

  /** Returns the stored layers by the name of the layer that they are. */
  private Map<String, StoredLayer> match(ModelPlan model, StoredLayer stored) {
    List<StoredLayer> layers = stored.layers();
    Map<String, LayerPlan> planned = new LinkedHashMap<>();
    model.layers().forEach(layer -> planned.put(layer.original(), layer));
    Map<String, StoredLayer> matched = new HashMap<>();
    for (StoredLayer layer : layers) {
      LayerPlan named = planned.get(String.valueOf(layer.name()));
      if (named != null && named.type().equals(layer.type())) {
        matched.put(named.original(), layer);
      }
    }
    if (matched.size() == layers.size()) {
      return matched;
    }
    // Without names, or with those of a copy: the counters tell, or the order within each type.
    Map<String, List<LayerPlan>> byType = new LinkedHashMap<>();
    Map<String, LayerPlan> byKey = new HashMap<>();
    for (LayerPlan layer : model.layers()) {
      List<LayerPlan> same = byType.computeIfAbsent(layer.type(), key -> new ArrayList<>());
      byKey.put(layer.type() + (same.isEmpty() ? "" : "_" + same.size()), layer);
      same.add(layer);
    }
    boolean counted = layers.stream().allMatch(layer -> byKey.containsKey(layer.key()));
    matched.clear();
    Map<String, Integer> places = new HashMap<>();
    for (StoredLayer layer : layers) {
      int place = places.merge(layer.type(), 1, Integer::sum) - 1;
      List<LayerPlan> same = byType.getOrDefault(layer.type(), List.of());
      LayerPlan found =
          counted ? byKey.get(layer.key()) : place < same.size() ? same.get(place) : null;
      if (found == null) {
        throw nodes.invalid(
            "there are weights of \"" + layer.key() + "\", which the configuration does not have",
            null);
      }
      matched.put(found.original(), layer);
    }
    return matched;
  }
}
