package dev.espalier.cli.option;

import dev.espalier.cli.plugin.InstalledPlugins;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The options for plugins. The plugins' jars stay open until the command has ended. */
public final class PluginOptions implements AutoCloseable {
  @Option(
      names = "--plugins",
      paramLabel = "FOLDER",
      description =
          "Folder with the jars of plugins, or a folder with jars for each plugin. Default: that of"
              + " the environment variable "
              + InstalledPlugins.FOLDER_VARIABLE
              + ".")
  @Nullable Path folder;

  @Option(
      names = "--exclude-plugin",
      paramLabel = "ID",
      description = "Leave out a plugin, for example where two bring the same name. Repeatable.")
  public List<String> excluded = new ArrayList<>();

  private List<String> leftOut = List.of();
  private @Nullable Path used;

  private final List<InstalledPlugins> opened = new ArrayList<>();

  public PluginOptions() {}

  /**
   * Returns the plugin options of a command line, ignoring everything else: they determine which
   * commands exist.
   */
  public static PluginOptions of(String... arguments) {
    PluginOptions options = new PluginOptions();
    try {
      new CommandLine(options).setUnmatchedArgumentsAllowed(true).parseArgs(arguments);
    } catch (CommandLine.ParameterException e) {
      return new PluginOptions(); // the command itself reports problems
    }
    return options;
  }

  /** Returns new picocli descriptions of the options. */
  public static List<OptionSpec> descriptions() {
    return CommandSpec.forAnnotatedObject(new PluginOptions()).options();
  }

  /**
   * Returns a registry of the plugins on the class path and in the folder, except excluded ones.
   *
   * @param config configuration file with further settings for plugins; null for that of the
   *     working folder
   * @param set settings from the command line, which may concern plugins too
   */
  public PluginRegistry registry(@Nullable ConfigurationSource config, Map<String, String> set) {
    Configuration settings =
        Configuration.ofPlugins(
            sources -> {
              ConfigurationSource.add(config, sources);
              sources.environment(System.getenv()).settings(ConfigurationArguments.set(set));
            });
    Path given = folder(System.getenv());
    leftOut =
        Stream.concat(excluded.stream(), settings.get(RunSettings.EXCLUDED_PLUGINS).stream())
            .distinct()
            .toList();
    used = given == null ? settings.find(RunSettings.PLUGIN_FOLDER) : given;
    InstalledPlugins plugins = InstalledPlugins.of(used, leftOut);
    opened.add(plugins);
    return plugins.registry();
  }

  /** Returns the folder of the plugins of the last registry, or null. */
  public @Nullable Path used() {
    return used;
  }

  /** Returns the plugin folder from the options, otherwise from the environment, or null. */
  public @Nullable Path folder(Map<String, String> environment) {
    return folder == null ? InstalledPlugins.folderOf(environment) : folder;
  }

  /**
   * Returns the plugin settings that do not come from the configuration, to be saved with a run.
   */
  public List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    Path given = folder(System.getenv());
    if (given != null) {
      settings.add(
          new Setting(RunSettings.PLUGIN_FOLDER.name(), given.toString(), Origin.program()));
    }
    if (!leftOut.isEmpty()) {
      settings.add(
          new Setting(
              RunSettings.EXCLUDED_PLUGINS.name(), String.join(", ", leftOut), Origin.program()));
    }
    return settings;
  }

  @Override
  public void close() {
    opened.forEach(InstalledPlugins::close);
    opened.clear();
  }
}
