package dev.espalier.core;

import dev.espalier.core.internal.plugin.BuiltInPlugin;
import dev.espalier.core.internal.plugin.DiscoveredPlugin;
import dev.espalier.engine.EngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.Layer;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Plugin;
import dev.espalier.plugin.WeightFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks plugins what they bring, and finds the names that more than one brings. Not thread-safe. */
final class PluginCatalog {
  static final String ENGINE = "engine";
  static final String MODEL = "model";
  static final String DATASET = "data set";
  static final String WEIGHT_FORMAT = "weight format";
  static final String LAYER = "type of layer";
  private static final String PLUGIN = "plugin";

  private record Key(String kind, String name) {}

  private record Entry(String pluginId, String source, Object provided) {
    String described() {
      return "plugin \"" + pluginId + "\" (" + source + ")";
    }
  }

  private final Set<String> excluded;
  private final List<EspalierException> problems;
  private final Map<Key, List<Entry>> entries = new LinkedHashMap<>();

  PluginCatalog(Set<String> excluded, List<EspalierException> problems) {
    this.excluded = excluded;
    this.problems = problems;
  }

  void add(DiscoveredPlugin discovered) {
    Plugin plugin = discovered.plugin();
    Map<Key, Entry> brought = new LinkedHashMap<>();
    try {
      String id = plugin.id();
      if (excluded.contains(id) && !id.equals(BuiltInPlugin.ID)) {
        return;
      }
      String source = discovered.source();
      brought.put(new Key(PLUGIN, id), new Entry(id, source, plugin));
      for (EngineProvider provider : plugin.engines()) {
        bring(brought, new Key(ENGINE, provider.name()), new Entry(id, source, provider));
      }
      for (ModelProvider provider : plugin.models()) {
        bring(brought, new Key(MODEL, provider.name()), new Entry(id, source, provider));
      }
      for (DatasetProvider provider : plugin.datasets()) {
        bring(brought, new Key(DATASET, provider.name()), new Entry(id, source, provider));
      }
      for (WeightFormat format : plugin.weightFormats()) {
        bring(brought, new Key(WEIGHT_FORMAT, format.name()), new Entry(id, source, format));
      }
      for (Class<? extends Layer> type : plugin.layers()) {
        bring(brought, new Key(LAYER, type.getSimpleName()), new Entry(id, source, type));
      }
    } catch (RuntimeException | LinkageError e) {
      // Nothing of a plugin that fails half-way is used: it would work in parts, which is worse.
      problems.add(
          new EspalierException(
              ErrorCode.PLUGIN_FAILED,
              "The plugin "
                  + plugin.getClass().getName()
                  + " ("
                  + discovered.source()
                  + ") failed when it was asked what it brings: "
                  + e
                  + ".",
              "Update or remove its jar; the other plugins are not affected.",
              e));
      return;
    }
    brought.forEach(
        (key, entry) -> entries.computeIfAbsent(key, k -> new ArrayList<>()).add(entry));
  }

  private static void bring(Map<Key, Entry> brought, Key key, Entry entry) {
    if (brought.put(key, entry) != null) {
      throw new IllegalStateException(
          "it brings two of the kind \"" + key.kind() + "\" named \"" + key.name() + "\"");
    }
  }

  void requireNoConflict() {
    List<String> conflicts = new ArrayList<>();
    entries.forEach(
        (key, list) -> {
          // Two plugins may list one class of layers that both use.
          boolean oneThing =
              list.stream()
                  .allMatch(
                      entry ->
                          entry.provided() instanceof Class
                              && entry.provided() == list.get(0).provided());
          if (list.size() > 1 && !oneThing) {
            List<String> who = list.stream().map(Entry::described).toList();
            List<String> settings =
                list.stream()
                    .map(Entry::pluginId)
                    .filter(id -> !id.equals(BuiltInPlugin.ID))
                    .distinct()
                    .map(id -> "exclude(\"" + id + "\")")
                    .toList();
            conflicts.add(
                "the "
                    + key.kind()
                    + " \""
                    + key.name()
                    + "\" comes from "
                    + String.join(" and from ", who)
                    + (key.kind().equals(PLUGIN)
                        ? ": remove one of the jars"
                        : ": settled by " + String.join(" or ", settings)));
          }
        });
    if (!conflicts.isEmpty()) {
      throw new EspalierException(
          ErrorCode.DUPLICATE_NAME,
          (conflicts.size() == 1
                  ? "A name is taken twice: "
                  : conflicts.size() + " names are taken twice: ")
              + String.join("; ", conflicts)
              + ".",
          "Leave out a plugin with exclude(id) of PluginRegistry.builder(), or"
              + " --exclude-plugin id on the command line.");
    }
  }

  /** Returns the jar or folder of each plugin, by id. */
  Map<String, String> sources() {
    Map<String, String> sources = new LinkedHashMap<>();
    entries.forEach(
        (key, list) -> {
          if (key.kind().equals(PLUGIN)) {
            sources.put(key.name(), list.get(0).source());
          }
        });
    return Collections.unmodifiableMap(sources);
  }

  <T> Map<String, T> named(String kind, Class<T> type) {
    Map<String, T> result = new LinkedHashMap<>();
    entries.forEach(
        (key, list) -> {
          if (key.kind().equals(kind)) {
            result.put(key.name(), type.cast(list.get(0).provided()));
          }
        });
    return Collections.unmodifiableMap(result);
  }

  Map<String, Class<? extends Layer>> layerTypes() {
    Map<String, Class<? extends Layer>> result = new LinkedHashMap<>();
    entries.forEach(
        (key, list) -> {
          if (key.kind().equals(LAYER)) {
            result.put(key.name(), ((Class<?>) list.get(0).provided()).asSubclass(Layer.class));
          }
        });
    return Collections.unmodifiableMap(result);
  }
}
