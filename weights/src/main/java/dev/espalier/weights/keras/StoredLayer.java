package dev.espalier.weights.keras;

import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A layer, or a whole model, as Keras 3 stores its weights: under the name of its type and a
 * counter, with the name of the layer beside the arrays in newer files only.
 */
final class StoredLayer {
  private static final Pattern COUNTED = Pattern.compile("(.*?)(?:_(\\d{1,9}))?");

  /** Where models keep their layers; the second name is that of TensorFlow 2.12. */
  private static final List<String> CONTAINERS =
      List.of("layers", "_layer_checkpoint_dependencies");

  private static final String ARRAYS = "vars";

  /** The state of random generators, which is no weight. */
  private static final String GENERATOR = "seed_generator";

  /** What Keras calls the parts of an attention layer, in the order of their creation. */
  private static final List<String> ATTENTION =
      List.of("query_dense", "key_dense", "value_dense", "output_dense", "gate_dense");

  private final String key;
  private final String type;
  private final int counter;
  private final Map<String, StoredLayer> children = new LinkedHashMap<>();
  private final TreeMap<Integer, HostArray> arrays = new TreeMap<>();
  private @Nullable String name;

  StoredLayer(String key) {
    this.key = key;
    Matcher matcher = COUNTED.matcher(key);
    boolean counted = matcher.matches() && matcher.group(2) != null;
    type = counted ? matcher.group(1) : key;
    counter = counted ? Integer.parseInt(matcher.group(2)) : 0;
  }

  /** Returns the group of a path below this one, which is made if it is not there. */
  StoredLayer at(List<String> path) {
    StoredLayer group = this;
    for (String step : path) {
      group = group.children.computeIfAbsent(step, StoredLayer::new);
    }
    return group;
  }

  /** Notes an array that stands in this group. */
  void add(int index, HostArray array) {
    arrays.put(index, array);
  }

  void name(String layerName) {
    name = layerName;
  }

  /** Returns the type in Keras' spelling, such as {@code conv2d}. */
  String type() {
    return type;
  }

  /** Returns what the layer is called, or null if the file does not tell. */
  @Nullable String name() {
    StoredLayer own = children.get(ARRAYS);
    return own == null || own.name == null || own.name.isEmpty() ? null : own.name;
  }

  /** Returns the type with its counter, such as {@code conv2d_3}. */
  String key() {
    return key;
  }

  /** Returns the name, or what the file has instead. */
  String nameOrKey() {
    String known = name();
    return known == null ? key : known;
  }

  /** Returns whether layers are inside, as in a model. */
  boolean isModel() {
    return CONTAINERS.stream().anyMatch(children::containsKey);
  }

  /**
   * Returns the layers inside that have arrays anywhere: by type, and in the order of the model
   * within each.
   */
  List<StoredLayer> layers() {
    List<StoredLayer> layers = new ArrayList<>();
    for (String container : CONTAINERS) {
      StoredLayer group = children.get(container);
      if (group != null) {
        group.children.values().stream().filter(StoredLayer::hasArrays).forEach(layers::add);
      }
    }
    return layers.stream().sorted(StoredLayer::inTypeOrder).toList();
  }

  private static int inTypeOrder(StoredLayer one, StoredLayer other) {
    int types = one.type.compareTo(other.type);
    return types != 0 ? types : Integer.compare(one.counter, other.counter);
  }

  private boolean hasArrays() {
    return !arrays.isEmpty()
        || children.values().stream()
            .anyMatch(child -> !child.key.equals(GENERATOR) && child.hasArrays());
  }

  /**
   * Hands on the arrays of this layer, without those of layers inside a model, under the names that
   * Espalier has for them.
   */
  void collect(String path, BiConsumer<String, HostArray> target) {
    StoredLayer own = children.get(ARRAYS);
    if (own != null && !own.arrays.isEmpty()) {
      List<HostArray> values = List.copyOf(own.arrays.values());
      List<String> names = KerasVariables.names(type, values.size());
      for (int i = 0; i < values.size(); i++) {
        target.accept(path + "/" + names.get(i), values.get(i));
      }
    }
    children.values().stream()
        .filter(child -> !child.key.equals(ARRAYS) && !child.key.equals(GENERATOR))
        .filter(child -> !CONTAINERS.contains(child.key))
        .sorted(StoredLayer::inPartOrder)
        .forEach(child -> child.collectPart(path, target));
  }

  private void collectPart(String path, BiConsumer<String, HostArray> target) {
    StoredLayer own = children.get(ARRAYS);
    if (own == null || own.arrays.size() > 2 || !ATTENTION.contains(key)) {
      collect(path + "/" + key, target);
      return;
    }
    String part = key.replace("output_", "attention_output_").replace("_dense", "");
    List<HostArray> values = List.copyOf(own.arrays.values());
    for (int i = 0; i < values.size(); i++) {
      target.accept(path + "/" + part + "/" + (i == 0 ? "kernel" : "bias"), values.get(i));
    }
  }

  private static int inPartOrder(StoredLayer one, StoredLayer other) {
    int places = Integer.compare(place(one.key), place(other.key));
    return places != 0 ? places : one.key.compareTo(other.key);
  }

  private static int place(String key) {
    int index = ATTENTION.indexOf(key);
    return index < 0 ? ATTENTION.size() : index;
  }
}
