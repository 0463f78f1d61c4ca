package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Named arrays: the values of a model's variables in Keras' layout, in the order of the model or
 * file they come from. A name is {@code layer/variable}, such as {@code stem_conv/kernel}.
 * Immutable and thread-safe.
 */
public final class Weights {
  private static final Weights EMPTY = new Weights(Map.of(), Map.of());

  private final Map<String, HostArray> arrays;
  private final Map<String, String> metadata;

  private Weights(Map<String, HostArray> arrays, Map<String, String> metadata) {
    this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    this.metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /** Returns weights with the given arrays, in the order of the map. */
  public static Weights of(Map<String, HostArray> arrays) {
    return new Weights(arrays, Map.of());
  }

  /** Returns no weights. */
  public static Weights empty() {
    return EMPTY;
  }

  /** Returns these weights with facts about their origin, such as the file they were read from. */
  public Weights withMetadata(Map<String, String> facts) {
    return new Weights(arrays, facts);
  }

  /** Returns facts about the origin. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Returns the names in order. */
  public Set<String> names() {
    return arrays.keySet();
  }

  /** Returns whether there is an array of that name. */
  public boolean contains(String name) {
    return arrays.containsKey(name);
  }

  /**
   * Returns an array.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if there is none, listing the
   *     nearest names
   */
  public HostArray get(String name) {
    HostArray array = arrays.get(name);
    if (array == null) {
      throw NearestNames.unknown(ErrorCode.MISSING_WEIGHTS, "weight", name, arrays.keySet());
    }
    return array;
  }

  /** Returns all arrays in order. */
  public Map<String, HostArray> asMap() {
    return arrays;
  }

  /** Returns whether there is no array. */
  public boolean isEmpty() {
    return arrays.isEmpty();
  }

  /** Returns the number of elements of all arrays. */
  public long elementCount() {
    return arrays.values().stream().mapToLong(HostArray::elementCount).sum();
  }

  /**
   * Returns the names of the layers in order, each once; the part of a name before the last '/'.
   */
  public List<String> layerNames() {
    return List.copyOf(byLayer().keySet());
  }

  /** Returns the arrays of each layer by their name in the layer, both in order. */
  public Map<String, Map<String, HostArray>> byLayer() {
    Map<String, Map<String, HostArray>> layers = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          int slash = name.lastIndexOf('/');
          layers
              .computeIfAbsent(name.substring(0, Math.max(0, slash)), key -> new LinkedHashMap<>())
              .put(name.substring(slash + 1), array);
        });
    return layers;
  }

  /**
   * Returns these weights and those of {@code others}, which take precedence if both have a name.
   */
  public Weights with(Weights others) {
    Map<String, HostArray> all = new LinkedHashMap<>(arrays);
    all.putAll(others.arrays);
    return new Weights(all, metadata);
  }

  /**
   * Returns how these weights differ from others: one line for each name that is missing,
   * unexpected, of another type, or unequal with the largest difference. Empty if they are equal
   * bit by bit.
   */
  public List<String> differences(Weights others) {
    List<String> lines = new ArrayList<>();
    arrays.forEach(
        (name, array) -> {
          if (!others.contains(name)) {
            lines.add(name + ": only here");
          } else if (!array.type().equals(others.get(name).type())) {
            lines.add(name + ": " + array.type() + " here, " + others.get(name).type() + " there");
          } else if (!array.equals(others.get(name))) {
            HostArray other = others.get(name);
            double largest = 0;
            for (int i = 0; i < array.elementCount(); i++) {
              largest = Math.max(largest, Math.abs(array.at(i) - other.at(i)));
            }
            lines.add(name + ": differs by at most " + largest);
          }
        });
    others.arrays.keySet().stream()
        .filter(name -> !contains(name))
        .forEach(name -> lines.add(name + ": only there"));
    return lines;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Weights weights && arrays.equals(weights.arrays);
  }

  @Override
  public int hashCode() {
    return arrays.hashCode();
  }

  @Override
  public String toString() {
    return "Weights of " + arrays.size() + " arrays, " + elementCount() + " numbers";
  }
}
