package dev.espalier.core.internal.plugin;

import dev.espalier.plugin.Plugin;

/**
 * A plugin and where it came from.
 *
 * @param source the jar or folder, or {@code "added by the program"}
 */
public record DiscoveredPlugin(Plugin plugin, String source) {
  /** The source of a plugin that the program itself handed over. */
  public static final String ADDED = "added by the program";
}
