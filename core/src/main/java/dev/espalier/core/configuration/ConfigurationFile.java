package dev.espalier.core.configuration;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Understands a file in HOCON whose one section is {@code espalier}. Substitutions work as the
 * format says, includes as {@link ConfigurationIncludes} does; system properties have no effect.
 */
final class ConfigurationFile {
  private static final String SECTION = "espalier";

  /** How an origin of the library ends that has a line. */
  private static final Pattern LINES = Pattern.compile(": \\d+(-\\d+)?$");

  private final ConfigurationText text;
  private final KnownSettings known;
  private final ConfigurationProblems problems;
  private final List<Setting> settings = new ArrayList<>();
  private Set<String> files = Set.of();

  private ConfigurationFile(
      ConfigurationText text, KnownSettings known, ConfigurationProblems problems) {
    this.text = text;
    this.known = known;
    this.problems = problems;
  }

  static List<Setting> read(
      ConfigurationText text, KnownSettings known, ConfigurationProblems problems) {
    ConfigurationFile reading = new ConfigurationFile(text, known, problems);
    reading.parse().forEach(reading::addSection);
    return reading.settings;
  }

  private ConfigObject parse() {
    try {
      ConfigurationIncludes.Parsed parsed = ConfigurationIncludes.parse(text);
      files = parsed.names();
      SubstitutedSize.requireWithinLimits(text.file().toString(), parsed.root());
      return parsed.root().toConfig().resolve().root();
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
      } else if (ClassWeightsText.isMeantBy(option)) {
        add(name, ClassWeightsText.of(section), value);
      } else {
        addMisfit(name, "a section", option, value);
      }
    } else if (value instanceof ConfigList list) {
      if (option == null || isList(option.type())) {
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

  private static boolean isList(OptionType<?> type) {
    return type instanceof OptionType.WordList || type instanceof OptionType.NumberList;
  }

  private void addComponents(String name, ConfigList list) {
    settings.add(new Setting(name, "", origin(list.origin())));
    for (int i = 0; i < list.size(); i++) {
      add(name + "." + i, list.get(i));
    }
  }

  private void add(String name, String value, ConfigValue from) {
    settings.addAll(known.expand(new Setting(name, value, origin(from.origin()))));
    if (settings.size() > ConfigurationLimits.SETTINGS) {
      throw ConfigurationLimits.exceeded(
          text.file().toString(), "has more than " + ConfigurationLimits.SETTINGS + " settings");
    }
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
    String described = LINES.matcher(origin.description()).replaceFirst("");
    // What comes from several files, or from the environment, counts as what names it.
    String name = files.contains(described) ? described : text.file().toString();
    return text.isFound()
        ? Origin.foundFile(name, origin.lineNumber())
        : Origin.file(name, origin.lineNumber());
  }
}
