package dev.espalier.core.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.espalier.core.internal.hocon.HoconLimits;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settings as a tree: sections, lists of components, and texts as they were written, each with its
 * origin. The flat name of a setting, such as {@code training.batch-size}, is a path in the tree.
 * Immutable.
 *
 * @param values without substitutions, nulls and empty sections
 */
record ConfigurationTree(Config values) {
  private static final String LINE = ": ";

  /** Returns an empty tree. */
  static ConfigurationTree empty() {
    return new ConfigurationTree(ConfigFactory.empty());
  }

  /**
   * Returns the tree of one setting.
   *
   * @throws EspalierException {@code INVALID_OPTION} for a name with too many levels
   */
  static ConfigurationTree of(Setting setting) {
    requireDepth(setting.name(), setting.origin());
    return empty().with(setting.name(), text(setting.text(), setting.origin(), 0));
  }

  /**
   * Checks that a name does not have too many levels.
   *
   * @throws EspalierException {@code INVALID_OPTION} if it has
   */
  static void requireDepth(String name, Origin origin) {
    if (elements(name).length > HoconLimits.DEPTH + 1) {
      throw origin.locate(
          ConfigurationProblems.invalid(
              "A setting has more than " + HoconLimits.DEPTH + " levels: " + name + ".",
              "Shorten its name, or leave it out."));
    }
  }

  /** Returns a text with its origin. */
  static ConfigValue text(String text, Origin origin, int line) {
    return ConfigValueFactory.fromAnyRef(text).withOrigin(written(origin, line));
  }

  /** Returns a list with its origin. */
  static ConfigList list(List<ConfigValue> elements, Origin origin, int line) {
    return ConfigValueFactory.fromIterable(elements).withOrigin(written(origin, line));
  }

  /** Returns a section, which must not be empty. */
  static ConfigObject section(Map<String, ConfigValue> values) {
    return ConfigValueFactory.fromMap(values);
  }

  /** The library's origins have no precedence, so it is stored as a prefix of the description. */
  private static ConfigOrigin written(Origin origin, int line) {
    ConfigOrigin place = ConfigOriginFactory.newSimple(origin.source() + " " + origin.place());
    return line < 1 ? place : place.withLineNumber(line);
  }

  /** Returns the origin of a text, or of the first text in a section. */
  static Origin origin(ConfigValue value) {
    ConfigOrigin origin = first(value).origin();
    String described = origin.description();
    int end =
        origin.lineNumber() < 1
            ? described.length()
            : described.length() - (LINE + origin.lineNumber()).length();
    int space = described.indexOf(' ');
    return new Origin(
        Origin.Source.valueOf(described.substring(0, space)), described.substring(space + 1, end));
  }

  private static ConfigValue first(ConfigValue value) {
    return value instanceof ConfigObject section
        ? first(entries(section).firstEntry().getValue())
        : value;
  }

  /** Returns the entries of a section in a deterministic order. */
  static TreeMap<String, ConfigValue> entries(ConfigObject section) {
    return new TreeMap<>(section);
  }

  /** Returns the text of a leaf, or null for a section or a list. */
  static @Nullable String text(@Nullable ConfigValue value) {
    return value != null && value.unwrapped() instanceof String text ? text : null;
  }

  /** Returns the precedence of a tree that was read from one origin; null for an empty tree. */
  Origin.@Nullable Source source() {
    return values.isEmpty() ? null : origin(values.root()).source();
  }

  /** Returns the value at a path, or null. */
  @Nullable ConfigValue find(String name) {
    String path = path(name);
    return values.hasPath(path) ? values.getValue(path) : null;
  }

  /** Returns this tree with a value at a path, which takes precedence over existing values. */
  ConfigurationTree with(String name, ConfigValue value) {
    return new ConfigurationTree(value.atPath(path(name)).withFallback(values));
  }

  /** Returns this tree with the value at a path replaced. */
  ConfigurationTree replacing(String name, ConfigValue value) {
    return new ConfigurationTree(values.withValue(path(name), value));
  }

  private static String path(String name) {
    return ConfigUtil.joinPath(elements(name));
  }

  private static String[] elements(String name) {
    return name.split("\\.", -1);
  }

  /**
   * Returns all texts by their flat names, in file order. An empty text marks that a list was set,
   * even if it is empty.
   */
  List<Setting> settings() {
    List<Line> lines = new ArrayList<>();
    collect("", values.root(), lines);
    return lines.stream().sorted(Comparator.comparingInt(Line::number)).map(Line::setting).toList();
  }

  private record Line(int number, Setting setting) {}

  private static void collect(String prefix, ConfigValue value, List<Line> lines) {
    if (value instanceof ConfigObject section) {
      entries(section)
          .forEach((key, one) -> collect(prefix.isEmpty() ? key : prefix + "." + key, one, lines));
      return;
    }
    String text = text(value);
    lines.add(
        new Line(
            value.origin().lineNumber(),
            new Setting(prefix, text == null ? "" : text, origin(value))));
    if (value instanceof ConfigList list) {
      for (int i = 0; i < list.size(); i++) {
        collect(prefix + "." + i, list.get(i), lines);
      }
    }
  }
}
