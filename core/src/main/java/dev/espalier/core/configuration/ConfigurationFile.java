package dev.espalier.core.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads a file in HOCON whose one section is {@code espalier}. Substitutions and includes work as
 * the format says; system properties have no effect.
 */
final class ConfigurationFile {
  private static final String SECTION = "espalier";

  private final Path file;
  private final KnownSettings known;
  private final ConfigurationProblems problems;
  private final List<Setting> settings = new ArrayList<>();

  private ConfigurationFile(Path file, KnownSettings known, ConfigurationProblems problems) {
    this.file = file;
    this.known = known;
    this.problems = problems;
  }

  static List<Setting> read(Path file, KnownSettings known, ConfigurationProblems problems) {
    ConfigurationFile reading = new ConfigurationFile(file, known, problems);
    reading.parse().root().forEach(reading::addSection);
    return reading.settings;
  }

  private Config parse() {
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false);
    try {
      return ConfigFactory.parseFile(file.toFile(), options).resolve();
    } catch (ConfigException.IO e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "The configuration file " + file + " cannot be read: " + e.getMessage() + ".",
          "Give the path of a file that can be read.",
          e);
    } catch (ConfigException e) {
      throw new EspalierException(
          ErrorCode.INVALID_CONFIGURATION,
          "The configuration file is not HOCON: " + e.getMessage(),
          "Correct it; JSON is HOCON, too.",
          e);
    }
  }

  private void addSection(String key, ConfigValue value) {
    if (key.equals(SECTION) && value instanceof ConfigObject section) {
      addAll("", section);
    } else {
      problems.add(
          origin(value.origin())
              .locate(
                  new EspalierException(
                      ErrorCode.INVALID_OPTION,
                      "\"" + key + "\" is outside of the section " + SECTION + ".",
                      "Put all settings inside: " + SECTION + " { ... }.")));
    }
  }

  private void addAll(String prefix, ConfigObject section) {
    // In the order of the file, for the messages; the library keeps another.
    List<Map.Entry<String, ConfigValue>> entries = new ArrayList<>(section.entrySet());
    entries.sort(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()));
    for (Map.Entry<String, ConfigValue> entry : entries) {
      add(prefix + entry.getKey(), entry.getValue());
    }
  }

  private void add(String name, ConfigValue value) {
    OptionDescription<?> option = known.find(name);
    if (value instanceof ConfigList list && isListOfComponents(name, list)) {
      addComponents(name, list);
    } else if (value instanceof ConfigObject section) {
      if (option == null) {
        addAll(name + ".", section);
      } else {
        addMisfit(name, "a section", option, value);
      }
    } else if (value instanceof ConfigList list) {
      if (option == null || option.type() instanceof OptionType.WordList) {
        add(name, words(list), value);
      } else {
        addMisfit(name, "a list", option, value);
      }
    } else if (value.valueType() != ConfigValueType.NULL) {
      add(name, text(value), value);
    }
  }

  /** Inside a slot, a list of words alone may be several values of an option. */
  private static boolean isListOfComponents(String name, ConfigList list) {
    ComponentSlot<?> slot = SlotNames.slotOf(name);
    if (slot == null || slot.name().equals(name)) {
      return slot != null && slot.several();
    }
    return list.stream().anyMatch(one -> one instanceof ConfigObject || one instanceof ConfigList);
  }

  private void addComponents(String name, ConfigList list) {
    settings.add(new Setting(name, "", origin(list.origin())));
    for (int i = 0; i < list.size(); i++) {
      add(name + "." + i, list.get(i));
    }
  }

  private void add(String name, String text, ConfigValue value) {
    settings.addAll(known.expand(new Setting(name, text, origin(value.origin()))));
  }

  private void addMisfit(String name, String what, OptionDescription<?> option, ConfigValue value) {
    problems.add(
        origin(value.origin())
            .locate(
                new EspalierException(
                    ErrorCode.INVALID_OPTION,
                    "The setting " + name + " is " + what + ".",
                    "Give " + option.type().expected() + ".")));
  }

  private static String words(ConfigList list) {
    return list.stream().map(ConfigurationFile::text).collect(Collectors.joining(", "));
  }

  /** Numbers as they were written: 1e-4 and 0.0 are not to become something else. */
  private static String text(ConfigValue value) {
    return value.valueType() == ConfigValueType.NUMBER
        ? value.render()
        : value.unwrapped().toString();
  }

  private Origin origin(ConfigOrigin origin) {
    String name = origin.filename();
    // An included file has its own name; ours is shown as the user wrote it.
    boolean included =
        name != null && !Path.of(name).toAbsolutePath().equals(file.toAbsolutePath());
    return Origin.file(included ? name : file.toString(), origin.lineNumber());
  }
}
