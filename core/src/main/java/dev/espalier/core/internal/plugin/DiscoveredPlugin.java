package dev.espalier.core.internal.plugin;

import dev.espalier.plugin.Plugin;

/**
 * A plugin and its source.
 *
 * @param source the jar or folder, or {@code "added by the program"}
 */
public record DiscoveredPlugin(Plugin plugin, String source) {
  /** The source of a plugin that the program added itself. */
  public static final String ADDED = "added by the program";
}
