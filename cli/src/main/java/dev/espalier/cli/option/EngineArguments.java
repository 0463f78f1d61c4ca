package dev.espalier.cli.option;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which engine runs the model, where, and with how many threads. The same in all commands. */
public final class EngineArguments {
  private static final String ENGINE_OPTION = "--engine-option";
  private static final String SET = "--set";

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      completionCandidates = Names.Engines.class,
      description =
          "auto takes the fastest that can be used. Default: auto. Names: auto,"
              + " ${COMPLETION-CANDIDATES}")
  public @Nullable String engine;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "auto, cpu, gpu, gpu:0, gpu:1 and so on. Default: auto.")
  public @Nullable String device;

  @Option(
      names = "--threads",
      paramLabel = "NUMBER",
      description = "Processor threads of the engine (default: all).")
  public @Nullable String threads;

  @Option(
      names = ENGINE_OPTION,
      paramLabel = "NAME=VALUE",
      description =
          "Something that only some engines know, see espalier doctor; ENGINE.NAME=VALUE is for one"
              + " of them. Repeatable.")
  Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--allow-download",
      description = "Let engines that can do so download a native library that is missing.")
  boolean allowDownload;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Configuration file (default: " + Configuration.FILE_NAME + " in this folder, if any).")
  public @Nullable ConfigurationSource config;

  @Option(
      names = SET,
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the configuration file, such as training.optimizer.momentum=0.9."
              + " Repeatable.")
  public Map<String, String> settings = new LinkedHashMap<>();

  public EngineArguments() {}

  /**
   * Reads file, environment and command line, before anything else is done.
   *
   * @throws dev.espalier.error.EspalierException naming all that is wrong
   */
  public Configuration configuration(PluginRegistry registry) {
    return configuration(registry, List.of());
  }

  /**
   * Reads file, environment and command line.
   *
   * @param more settings of the command: its defaults, and what its own options say
   */
  public Configuration configuration(PluginRegistry registry, List<Setting> more) {
    ConfigurationSource file = config;
    return Configuration.of(
        registry,
        sources -> {
          sources.settings(more);
          ConfigurationSource.add(file, sources);
          sources
              .environment(System.getenv())
              .settings(given())
              .derived(DataOptions::datasetByLocation);
        });
  }

  private List<Setting> given() {
    List<Setting> given = new ArrayList<>();
    add(given, EngineSettings.ENGINE, engine);
    add(given, EngineSettings.DEVICE, device);
    add(given, EngineSettings.THREADS, threads);
    add(given, EngineSettings.ALLOW_DOWNLOAD, allowDownload ? "true" : null);
    options.forEach(
        (name, value) -> {
          int dot = name.indexOf('.');
          given.add(
              new Setting(
                  dot < 0
                      ? EngineSettings.optionName(name)
                      : EngineSettings.optionName(name.substring(0, dot), name.substring(dot + 1)),
                  value,
                  Origin.commandLine(ENGINE_OPTION)));
        });
    given.addAll(ConfigurationArguments.set(settings));
    return given;
  }

  private static void add(List<Setting> given, OptionDescription<?> option, @Nullable String text) {
    if (text != null) {
      given.add(new Setting(option.name(), text, Origin.commandLine("--" + option.name())));
    }
  }

  /** Returns what the settings of {@link #configuration} are for the engine. */
  public EngineSettings settings(PluginRegistry registry) {
    return configuration(registry).engineSettings();
  }

  /** Returns what the engine runs on, for people. */
  public static String describe(Engine opened, EngineSettings settings) {
    String device = settings.get(EngineSettings.DEVICE);
    int threads = settings.get(EngineSettings.THREADS);
    return opened.name()
        + " "
        + opened.version()
        + " on "
        + (device.equals(EngineSettings.AUTO) ? opened.devices().get(0) : device)
        + (threads == 0 ? "" : ", " + threads + " threads");
  }
}
