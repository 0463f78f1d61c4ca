package dev.espalier.plugin;

import dev.espalier.engine.EngineProvider;
import dev.espalier.layer.Layer;
import java.util.List;

/**
 * The one service type of Espalier: what a jar adds. Every list is empty by default, so a plugin
 * overrides what it brings. Implementations have a public constructor without arguments, are named
 * in {@code META-INF/services/dev.espalier.plugin.Plugin}, keep no state, and load nothing heavy:
 * the registry calls each method once, when it discovers plugins, on the thread that asked for
 * that.
 */
public interface Plugin {
  /**
   * Returns a name that no other plugin has, lower case with hyphens, such as {@code tensorflow}.
   */
  String id();

  /** Returns the engines it brings. */
  default List<EngineProvider> engines() {
    return List.of();
  }

  /** Returns the models it brings. */
  default List<ModelProvider> models() {
    return List.of();
  }

  /** Returns the data sets it brings. */
  default List<DatasetProvider> datasets() {
    return List.of();
  }

  /** Returns the formats of weight files it can read. */
  default List<WeightFormat> weightFormats() {
    return List.of();
  }

  /** Returns the types of layers it brings, so that models with them can be read from files. */
  default List<Class<? extends Layer>> layers() {
    return List.of();
  }
}
