package dev.espalier.core;

import dev.espalier.core.internal.plugin.BuiltInPlugin;
import dev.espalier.core.internal.plugin.DiscoveredPlugin;
import dev.espalier.core.internal.plugin.PluginDiscovery;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.Plugin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects what plugins contribute, and detects names that several of them contribute. Not
 * thread-safe.
 */
final class PluginCatalog {
  private static final String PLUGIN = "plugin";

  private record Key(String kind, String name) {
    // The JVM makes these of a record at their first use, which is a good part of a short command.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && kind.equals(key.kind) && name.equals(key.name);
    }

    @Override
    public int hashCode() {
      return 31 * kind.hashCode() + name.hashCode();
    }
  }

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
    String doubt = "";
    try {
      String id = plugin.id();
      if (excluded.contains(id) && !id.equals(BuiltInPlugin.ID)) {
        return;
      }
      String source = discovered.source();
      int version = plugin.apiVersion();
      if (version > Plugin.API_VERSION) {
        problems.add(tooNew(plugin, source));
        return;
      }
      if (version < 1) {
        // Not stated as a fact, because it is allowed, but it may explain why something is missing.
        doubt =
            " It does not say which version of the plugin interface it was built for"
                + " (apiVersion() is "
                + version
                + ", and should be API_VERSION); Espalier has version "
                + Plugin.API_VERSION
                + ".";
      }
      brought.put(new Key(PLUGIN, id), new Entry(id, source, plugin));
      for (PluginKind<?> kind : PluginKind.ALL) {
        bringAll(brought, kind, plugin, source);
      }
    } catch (RuntimeException | LinkageError e) {
      // Discard everything from a plugin that fails half-way: a plugin that works partially would
      // be worse.
      problems.add(failed(plugin, discovered.source(), doubt, e));
      return;
    }
    add(brought);
  }

  private void add(Map<Key, Entry> brought) {
    brought.forEach(
        (key, entry) -> entries.computeIfAbsent(key, k -> new ArrayList<>()).add(entry));
  }

  private static EspalierException failed(
      Plugin plugin, String source, String doubt, Throwable cause) {
    return new EspalierException(
        ErrorCode.PLUGIN_FAILED,
        "The plugin "
            + plugin.getClass().getName()
            + " ("
            + source
            + ") failed while it listed its components: "
            + cause
            + "."
            + doubt,
        PluginDiscovery.remedy(cause),
        cause);
  }

  private static EspalierException tooNew(Plugin plugin, String source) {
    return new EspalierException(
        ErrorCode.PLUGIN_FAILED,
        "The plugin \""
            + plugin.id()
            + "\" ("
            + source
            + ") was built for version "
            + plugin.apiVersion()
            + " of the plugin interface; Espalier "
            + EspalierVersion.current()
            + " has version "
            + Plugin.API_VERSION
            + ".",
        "Update Espalier, or use an older release of the plugin. The other plugins are"
            + " not affected.");
  }

  private static <T> void bringAll(
      Map<Key, Entry> brought, PluginKind<T> kind, Plugin plugin, String source) {
    for (T provided : kind.provided().apply(plugin)) {
      bring(
          brought,
          new Key(kind.words(), kind.name().apply(provided)),
          new Entry(plugin.id(), source, provided));
    }
  }

  private static void bring(Map<Key, Entry> brought, Key key, Entry entry) {
    if (brought.put(key, entry) != null) {
      throw new IllegalStateException(
          "it provides two of the kind \"" + key.kind() + "\" named \"" + key.name() + "\"");
    }
  }

  void requireNoConflict() {
    List<String> conflicts = new ArrayList<>();
    entries.forEach(
        (key, list) -> {
          // Two plugins may list the same layer class.
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
                  ? "A name is used twice: "
                  : conflicts.size() + " names are used twice: ")
              + String.join("; ", conflicts)
              + ".",
          "Exclude a plugin with exclude(id) of PluginRegistry.builder(),"
              + " plugins.exclude = [id] in espalier.conf, or --exclude-plugin id on the"
              + " command line.");
    }
  }

  /** Returns everything of a kind, by name, in the order of the plugins. */
  @SuppressWarnings("unchecked") // entries of a kind come from its own function
  <T> Map<String, T> named(PluginKind<T> kind) {
    Map<String, T> result = new LinkedHashMap<>();
    entries.forEach(
        (key, list) -> {
          if (key.kind().equals(kind.words())) {
            result.put(key.name(), (T) list.get(0).provided());
          }
        });
    return Collections.unmodifiableMap(result);
  }

  /**
   * Asks the plugins for a kind that they were not asked for when they were discovered.
   *
   * @throws EspalierException {@link ErrorCode#PLUGIN_FAILED} if a plugin fails; {@link
   *     ErrorCode#DUPLICATE_NAME} if several contribute the same name
   */
  <T> Map<String, T> ask(PluginKind<T> kind) {
    PluginCatalog asked = new PluginCatalog(Set.of(), List.of());
    entries.forEach(
        (key, list) -> {
          if (key.kind().equals(PLUGIN)) {
            Plugin plugin = (Plugin) list.get(0).provided();
            Map<Key, Entry> brought = new LinkedHashMap<>();
            try {
              bringAll(brought, kind, plugin, list.get(0).source());
            } catch (RuntimeException | LinkageError e) {
              throw failed(plugin, list.get(0).source(), "", e);
            }
            asked.add(brought);
          }
        });
    asked.requireNoConflict();
    return asked.named(kind);
  }

  /** Returns what each plugin contributes, by plugin id: names by kind. */
  Map<String, PluginDescription> descriptions() {
    Map<String, PluginDescription> result = new LinkedHashMap<>();
    entries.forEach(
        (key, list) -> {
          if (key.kind().equals(PLUGIN)) {
            Entry entry = list.get(0);
            result.put(
                key.name(),
                new PluginDescription(
                    key.name(),
                    ((Plugin) entry.provided()).version(),
                    entry.source(),
                    provided(key.name())));
          }
        });
    return Collections.unmodifiableMap(result);
  }

  private Map<String, List<String>> provided(String pluginId) {
    Map<String, List<String>> result = new LinkedHashMap<>();
    entries.forEach(
        (key, list) -> {
          if (!key.kind().equals(PLUGIN)
              && PluginKind.isShown(key.kind())
              && list.stream().anyMatch(entry -> entry.pluginId().equals(pluginId))) {
            result.computeIfAbsent(key.kind(), kind -> new ArrayList<>()).add(key.name());
          }
        });
    return result;
  }
}
