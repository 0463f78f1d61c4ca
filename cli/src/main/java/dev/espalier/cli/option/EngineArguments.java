package dev.espalier.cli.option;

import dev.espalier.core.configuration.SettingKey;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Strategy;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options for engine, device and threads, the same in all commands. */
public final class EngineArguments {
  private static final String ENGINE_OPTION = "--engine-option";

  /** The options that are short names of settings. */
  public static final List<SettingOption> OPTIONS =
      List.of(
          SettingOption.of("--engine", "NAME", key(EngineSettings.ENGINE))
              .knowing(new Names.Engines()),
          SettingOption.of("--device", "NAME", key(EngineSettings.DEVICE)),
          SettingOption.of("--threads", "NUMBER", key(EngineSettings.THREADS)),
          SettingOption.flag("--allow-download", key(EngineSettings.ALLOW_DOWNLOAD)));

  /** The options of commands that train. */
  public static final List<SettingOption> OF_TRAINING = withDevices();

  @Option(
      names = ENGINE_OPTION,
      paramLabel = "NAME=VALUE",
      description =
          "An option of the engine, see espalier doctor; ENGINE.NAME=VALUE is for one engine only."
              + " Repeatable.")
  Map<String, String> options = new LinkedHashMap<>();

  public EngineArguments() {}

  private static <T> SettingKey<T> key(OptionDescription<T> option) {
    return new SettingKey<>("", option);
  }

  private static List<SettingOption> withDevices() {
    List<SettingOption> options = new ArrayList<>(OPTIONS);
    options.add(2, SettingOption.of("--devices", "NAMES", key(EngineSettings.DEVICES)));
    return List.copyOf(options);
  }

  /** Returns the given engine options as settings. */
  public List<Setting> settings() {
    List<Setting> given = new ArrayList<>();
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
    return given;
  }

  /** Returns a display text for engine and device. */
  public static String describe(Engine opened, EngineSettings settings) {
    int threads = settings.get(EngineSettings.THREADS);
    return opened.name()
        + " "
        + opened.version()
        + " on "
        + devices(opened, settings)
        + (threads == 0 ? "" : ", " + threads + " threads");
  }

  private static String devices(Engine opened, EngineSettings settings) {
    if (settings.strategy() instanceof Strategy.Mirrored mirrored) {
      return mirrored.devices().stream().map(Device::toString).collect(Collectors.joining(", "));
    }
    String device = settings.get(EngineSettings.DEVICE);
    return device.equals(EngineSettings.AUTO) ? opened.devices().get(0).toString() : device;
  }
}
