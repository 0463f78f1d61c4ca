package dev.espalier.cli.option;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for configuration sources, the same in all commands. */
public final class ConfigurationArguments extends SetOption {
  /** Describes the option for the configuration file. */
  public static final String FILE_DESCRIPTION =
      "Configuration file. Default: " + Configuration.FILE_NAME + " in this folder, if any.";

  @Option(names = "--config", paramLabel = "FILE", description = FILE_DESCRIPTION)
  public @Nullable ConfigurationSource config;

  public ConfigurationArguments() {}

  public @Nullable ConfigurationSource file() {
    return config;
  }

  public Configuration read(PluginRegistry registry) {
    return read(registry, List.of());
  }

  /**
   * Reads the configuration.
   *
   * @param more the command's defaults and options, one list after the other; of equal precedence,
   *     the later wins
   */
  public Configuration read(PluginRegistry registry, List<List<Setting>> more) {
    return read(registry, config, settings, more.stream().flatMap(List::stream).toList());
  }

  /** Returns the settings given with {@code --set}. */
  static List<Setting> set(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(one -> new Setting(one.getKey(), one.getValue(), Origin.commandLine("--set")))
        .toList();
  }

  /** Reads a file, by default that of the working folder; then the environment, then the rest. */
  public static Configuration read(
      PluginRegistry registry, @Nullable ConfigurationSource file, Map<String, String> settings) {
    return read(registry, file, settings, List.of());
  }

  private static Configuration read(
      PluginRegistry registry,
      @Nullable ConfigurationSource file,
      Map<String, String> settings,
      List<Setting> more) {
    List<Setting> given = set(settings);
    return Configuration.of(
        registry,
        sources -> {
          sources.settings(more);
          ConfigurationSource.add(file, sources);
          sources
              .environment(System.getenv())
              .settings(given)
              .derived(DataOptions::datasetByLocation);
        });
  }
}
