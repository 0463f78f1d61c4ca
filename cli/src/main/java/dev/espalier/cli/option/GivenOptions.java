package dev.espalier.cli.option;

import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options given on a command line, as settings.
 *
 * @param settings in the order of the command line
 */
public record GivenOptions(List<Setting> settings) {
  private static final String MODEL_SECTION = RunSettings.MODEL.section() + ".";

  /**
   * Returns the given options that are short names of settings.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_OPTION} naming an option with an
   *     invalid value
   */
  public static GivenOptions of(ParseResult parsed) {
    List<Setting> settings = new ArrayList<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      List<String> texts = option.originalStringValues();
      if (option.userObject() instanceof SettingOption named && !texts.isEmpty()) {
        String text = texts.get(texts.size() - 1);
        Setting setting =
            new Setting(
                named.setting(),
                text.isEmpty() ? "true" : text,
                Origin.commandLine(option.longestName()));
        settings.add(setting);
      }
    }
    return new GivenOptions(List.copyOf(settings));
  }

  /** Returns the given value of a setting, or null. */
  public <T> @Nullable T find(SettingKey<T> key) {
    return settings.stream()
        .filter(setting -> setting.name().equals(key.name()))
        .map(setting -> setting.value(key.option()))
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns these options for a command that ignores the model in the configuration: only options
   * given for the model apply.
   */
  public List<Setting> withoutModel() {
    return settings.stream().filter(setting -> !setting.name().startsWith(MODEL_SECTION)).toList();
  }

  /**
   * Returns {@link #withoutModel()} for a command that reads splits of the data: its limit applies
   * to every split.
   */
  public List<Setting> forAnySplit() {
    List<Setting> all = new ArrayList<>(withoutModel());
    for (Setting setting : settings) {
      if (setting.name().equals(RunSettings.LIMIT.name())) {
        String validation = RunSettings.VALIDATION_LIMIT.name();
        all.add(new Setting(validation, setting.text(), setting.origin()));
      }
    }
    return all;
  }
}
