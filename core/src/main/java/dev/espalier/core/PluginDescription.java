package dev.espalier.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plugin that was found. Immutable.
 *
 * @param id of the plugin
 * @param version of the plugin, empty if unknown
 * @param source the jar or folder it was loaded from, or {@code "added by the program"}
 * @param provided the names of its components and providers, by kind: {@code callback}, {@code
 *     model} and so on
 */
public record PluginDescription(
    String id, String version, String source, Map<String, List<String>> provided) {
  /** Copies the map. */
  public PluginDescription {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    provided.forEach((kind, names) -> copy.put(kind, List.copyOf(names)));
    provided = Collections.unmodifiableMap(copy);
  }
}
