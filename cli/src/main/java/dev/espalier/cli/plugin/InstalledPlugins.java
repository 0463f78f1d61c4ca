package dev.espalier.cli.plugin;

import dev.espalier.core.PluginFolder;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.FileNames;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plugins of the class path and of a plugin folder, whose jars stay open until this is closed.
 * Not thread-safe.
 */
public final class InstalledPlugins implements AutoCloseable {
  /** The environment variable with the plugin folder. */
  public static final String FOLDER_VARIABLE = "ESPALIER_PLUGINS";

  private final @Nullable PluginFolder folder;
  private final PluginRegistry registry;

  private InstalledPlugins(@Nullable PluginFolder folder, PluginRegistry registry) {
    this.folder = folder;
    this.registry = registry;
  }

  /**
   * Finds the plugins.
   *
   * @param folder the plugin folder, null for none
   * @param excluded ids of plugins to exclude
   * @throws dev.espalier.error.EspalierException if the folder cannot be listed or several plugins
   *     contribute the same name
   */
  public static InstalledPlugins of(@Nullable Path folder, Collection<String> excluded) {
    PluginRegistry.Builder builder = PluginRegistry.builder().discover();
    excluded.forEach(builder::exclude);
    if (folder == null) {
      return new InstalledPlugins(null, builder.build());
    }
    PluginFolder opened = PluginFolder.open(folder);
    try {
      return new InstalledPlugins(opened, builder.discover(opened).build());
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Returns the plugin folder from the environment, or null. */
  public static @Nullable Path folderOf(Map<String, String> environment) {
    String folder = environment.getOrDefault(FOLDER_VARIABLE, "");
    return folder.isBlank() ? null : FileNames.path(folder);
  }

  /** Returns the registry of the plugins. */
  public PluginRegistry registry() {
    return registry;
  }

  /** Closes the jars of the folder. */
  @Override
  public void close() {
    if (folder != null) {
      folder.close();
    }
  }
}
