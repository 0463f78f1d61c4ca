package dev.espalier.core.configuration;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.espalier.core.internal.hocon.HoconLimits;
import dev.espalier.core.internal.hocon.HoconParser;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.Origin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Converts a HOCON file, with the single section {@code espalier}, to a tree of settings: numbers
 * and lists of words become texts as they were written.
 */
final class ConfigurationFile {
  private static final String SECTION = "espalier";

  /** Maximum number of settings; far above what a training needs. */
  private static final int SETTINGS = 2000;

  /** The line numbers at the end of the library's origin descriptions. */
  private static final Pattern LINES = Pattern.compile(": \\d+(-\\d+)?$");

  private final ConfigurationText text;
  private final KnownSettings known;
  private final ConfigurationProblems problems;
  private final Set<String> files;
  private int count;

  private ConfigurationFile(
      ConfigurationText text,
      Set<String> files,
      KnownSettings known,
      ConfigurationProblems problems) {
    this.text = text;
    this.files = files;
    this.known = known;
    this.problems = problems;
  }

  /** Returns the settings of a file; values that cannot be settings are reported as problems. */
  static ConfigurationTree read(
      ConfigurationText text, KnownSettings known, ConfigurationProblems problems) {
    HoconParser.Parsed parsed = HoconParser.parse(text.text());
    ConfigurationFile file = new ConfigurationFile(text, parsed.names(), known, problems);
    ConfigurationTree tree = ConfigurationTree.empty();
    for (Map.Entry<String, ConfigValue> entry : parsed.root().entrySet()) {
      if (entry.getKey().equals(SECTION) && entry.getValue() instanceof ConfigObject section) {
        tree = file.section("", section);
      } else {
        problems.add(
            file.origin(entry.getValue()),
            "\"" + entry.getKey() + "\" is outside of the section " + SECTION + ".",
            "Put all settings inside: " + SECTION + " { ... }.");
      }
    }
    return tree;
  }

  /** Dots in quoted keys separate elements like others: a name is a path. */
  private ConfigurationTree section(String prefix, ConfigObject section) {
    // Problems are reported in file order; the library's own order is arbitrary.
    List<Map.Entry<String, ConfigValue>> entries = new ArrayList<>(section.entrySet());
    entries.sort(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()));
    ConfigurationTree tree = ConfigurationTree.empty();
    for (Map.Entry<String, ConfigValue> entry : entries) {
      ConfigValue value = converted(prefix + entry.getKey(), entry.getValue());
      if (value != null) {
        tree = tree.with(entry.getKey(), value);
      }
    }
    return tree;
  }

  /** Converts a value for the tree, or returns null if it is empty. */
  private @Nullable ConfigValue converted(String name, ConfigValue value) {
    ConfigurationTree.requireDepth(name, origin(value));
    OptionDescription<?> option = known.find(name);
    if (value instanceof ConfigObject section) {
      if (option == null) {
        ConfigObject root = section(name + ".", section).values().root();
        return root.isEmpty() ? null : root;
      }
      return WrittenTypes.isSection(option)
          ? text(WrittenTypes.textOf(section), value)
          : misfit(name, value, option);
    }
    if (value instanceof ConfigList list) {
      SettingKey<?> key = ComponentPlace.keyOf(name);
      if (key != null && key.name().equals(name) && !key.isList()) {
        return misfit(name, value, key.option());
      }
      if (key != null && isListOfComponents(key, name, list)) {
        return components(name, list);
      }
      return option == null || isList(option.type())
          ? text(words(list), value)
          : misfit(name, value, option);
    }
    return value.valueType() == ConfigValueType.NULL ? null : text(text(value), value);
  }

  /** Inside a component, a list of plain words may also be several values of an option. */
  private static boolean isListOfComponents(SettingKey<?> key, String name, ConfigList list) {
    return key.name().equals(name)
        || list.stream().anyMatch(one -> one instanceof ConfigObject || one instanceof ConfigList);
  }

  private static boolean isList(OptionType<?> type) {
    return type instanceof OptionType.WordList || type instanceof OptionType.NumberList;
  }

  private ConfigValue components(String name, ConfigList list) {
    List<ConfigValue> elements = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      ConfigValue element = converted(name + "." + i, list.get(i));
      if (element instanceof ConfigList) {
        problems.add(
            origin(list.get(i)),
            "The setting " + name + "." + i + " is a list.",
            "Give the name of a component, or { name = ..., option = value }.");
      } else if (element != null) {
        elements.add(element);
      }
    }
    return ConfigurationTree.list(elements, origin(list), list.origin().lineNumber());
  }

  private @Nullable ConfigValue misfit(
      String name, ConfigValue value, OptionDescription<?> option) {
    problems.add(origin(value).locate(misfit(name, value, option.type())));
    return null;
  }

  /** Returns the error for a section or list where plain text is expected. */
  static EspalierException misfit(String name, ConfigValue value, OptionType<?> type) {
    return ConfigurationProblems.invalid(
        "The setting "
            + name
            + " is "
            + (value instanceof ConfigObject ? "a section" : "a list")
            + ".",
        "Give " + type.expected() + ".");
  }

  private static String words(ConfigList list) {
    return list.stream().map(ConfigurationFile::text).collect(Collectors.joining(", "));
  }

  /** Keeps numbers as they were written, such as 1e-4 and 0.0. */
  private static String text(ConfigValue value) {
    return value.valueType() == ConfigValueType.NUMBER
        ? value.render()
        : String.valueOf(value.unwrapped());
  }

  private ConfigValue text(String written, ConfigValue from) {
    if (++count > SETTINGS) {
      throw HoconLimits.exceeded(text.file().toString(), "has more than " + SETTINGS + " settings");
    }
    return ConfigurationTree.text(written, origin(from), from.origin().lineNumber());
  }

  private Origin origin(ConfigValue value) {
    ConfigOrigin origin = value.origin();
    String described = LINES.matcher(origin.description()).replaceFirst("");
    // A value composed from several files or from the environment is attributed to the file that
    // was read.
    String name = files.contains(described) ? described : text.file().toString();
    return text.isFound()
        ? Origin.foundFile(name, origin.lineNumber())
        : Origin.file(name, origin.lineNumber());
  }
}
