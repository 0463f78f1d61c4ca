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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was set, as a tree: sections, lists of components, and texts as they were written, each with
 * its origin. The flat name of a setting, such as {@code training.batch-size}, is a path in the
 * tree. Knows where components stand, but not which there are. Immutable.
 *
 * @param values without substitutions, nulls and empty sections
 */
record ConfigurationTree(Config values) {
  /** Key of the name of a component in its section. */
  static final String NAME = "name";

  private static final String LINE = ": ";
  private static final Pattern WORD = Pattern.compile("\\s*[A-Za-z][A-Za-z0-9_-]*\\s*");

  /** Returns an empty tree. */
  static ConfigurationTree empty() {
    return new ConfigurationTree(ConfigFactory.empty());
  }

  /**
   * Returns a tree for each setting.
   *
   * @throws EspalierException {@code INVALID_OPTION} for a name with too many levels
   */
  static List<ConfigurationTree> ofEach(Collection<Setting> settings) {
    return settings.stream()
        .map(
            setting -> {
              requireDepth(setting.name(), setting.origin());
              return empty().with(setting.name(), text(setting.text(), setting.origin(), 0));
            })
        .toList();
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
  static ConfigList list(Iterable<ConfigValue> elements, Origin origin, int line) {
    return ConfigValueFactory.fromIterable(elements).withOrigin(written(origin, line));
  }

  /** The library's origins have no precedence, so it is stored as a prefix of the description. */
  private static ConfigOrigin written(Origin origin, int line) {
    ConfigOrigin place = ConfigOriginFactory.newSimple(origin.source() + " " + origin.place());
    return line < 1 ? place : place.withLineNumber(line);
  }

  /** Returns the origin of a text, or of the first text in a section. */
  static Origin origin(ConfigValue value) {
    if (value instanceof ConfigObject section) {
      return origin(entries(section).firstEntry().getValue());
    }
    String described = value.origin().description();
    int line = value.origin().lineNumber();
    int end = line < 1 ? described.length() : described.length() - (LINE + line).length();
    int space = described.indexOf(' ');
    return new Origin(
        Origin.Source.valueOf(described.substring(0, space)), described.substring(space + 1, end));
  }

  /** Returns the entries of a section in a deterministic order. */
  static TreeMap<String, ConfigValue> entries(ConfigObject section) {
    return new TreeMap<>(section);
  }

  /** Returns the text of a leaf, or null for a section or a list. */
  static @Nullable String text(@Nullable ConfigValue value) {
    return value != null && value.unwrapped() instanceof String text ? text : null;
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
    Setting setting = new Setting(prefix, text == null ? "" : text, origin(value));
    lines.add(new Line(value.origin().lineNumber(), setting));
    if (value instanceof ConfigList list) {
      elements(list).forEach((i, one) -> collect(prefix + "." + i, one, lines));
    }
  }

  /** Returns a component given by its name alone as a section; anything else as it is. */
  static ConfigValue component(ConfigValue value) {
    String name = text(value);
    return name == null
        ? value
        : ConfigValueFactory.fromMap(
            Map.of(NAME, text(name.strip(), origin(value), value.origin().lineNumber())));
  }

  /**
   * Returns the elements of a list by index. It may be a list, names separated by commas, or a
   * section whose keys are indexes; its other keys are left out.
   */
  static Map<Integer, ConfigValue> elements(ConfigValue value) {
    Map<Integer, ConfigValue> elements = new TreeMap<>();
    String names = text(value);
    if (names != null) {
      for (String name : names.split(",")) {
        if (!name.isBlank()) {
          int line = value.origin().lineNumber();
          elements.put(elements.size(), text(name.strip(), origin(value), line));
        }
      }
    } else if (value instanceof ConfigList list) {
      list.forEach(one -> elements.put(elements.size(), one));
    } else if (value instanceof ConfigObject section) {
      section.forEach((key, one) -> elements.put(index(key), one));
      elements.remove(-1);
    }
    return elements;
  }

  /** Returns the list index that a key stands for, or -1 if it is not an index. */
  static int index(String key) {
    return key.matches("\\d{1,6}") ? Integer.parseInt(key) : -1;
  }

  /** Returns whether a value is a section that gives elements of a list one by one. */
  static boolean isElements(ConfigValue value) {
    return value instanceof ConfigObject section
        && section.keySet().stream().allMatch(key -> index(key) >= 0);
  }

  /**
   * Merges trees by precedence, like {@code withFallback}, except for components: naming another
   * component discards the options of the previous one, and so does naming a component where a
   * command has its own default; and a list replaces a list.
   *
   * @param read each from one origin; of equal precedence, the later wins
   */
  static ConfigurationTree merge(List<ConfigurationTree> read) {
    List<ConfigurationTree> trees =
        read.stream()
            .filter(tree -> !tree.values.isEmpty())
            .sorted(Comparator.comparing(tree -> origin(tree.values.root()).source()))
            .toList();
    ConfigurationTree merged = empty();
    for (int i = trees.size() - 1; i >= 0; i--) {
      ConfigurationTree weaker = trees.get(i);
      Config both = merged.values.withFallback(weaker.values);
      for (SettingKey<?> key : RunSettings.components()) {
        ConfigValue strong = merged.find(key.name());
        ConfigValue weak = weaker.find(key.name());
        if (strong != null && weak != null) {
          both = both.withValue(path(key.name()), merged(listed(key, strong), listed(key, weak)));
        }
      }
      merged = new ConfigurationTree(both);
    }
    return merged;
  }

  /** Returns the value of a setting; names in a text are a list where a list belongs. */
  private static ConfigValue listed(SettingKey<?> key, ConfigValue value) {
    return key.isList() && text(value) != null
        ? list(elements(value).values(), origin(value), value.origin().lineNumber())
        : value;
  }

  /** Merges the values of two origins in a component, or in a place for components. */
  private static ConfigValue merged(ConfigValue strong, ConfigValue weak) {
    if (isElements(strong) && !(weak instanceof ConfigObject)) {
      Map<Integer, ConfigValue> elements = elements(weak);
      elements(strong)
          .forEach((i, one) -> elements.merge(i, one, (below, above) -> merged(above, below)));
      return list(elements.values(), origin(weak), weak.origin().lineNumber());
    }
    boolean texts = text(strong) != null && (text(weak) != null || isElements(weak));
    if (texts
        || !(named(strong) instanceof ConfigObject stronger)
        || !(named(weak) instanceof ConfigObject weaker)
        || isNamedAnew(stronger, weaker)) {
      return strong;
    }
    Map<String, ConfigValue> both = new HashMap<>(weaker);
    stronger.forEach((key, one) -> both.merge(key, one, (below, above) -> merged(above, below)));
    return ConfigValueFactory.fromMap(both);
  }

  /** A number is the value of an option; only a word may be the name of a component. */
  private static ConfigValue named(ConfigValue value) {
    String text = text(value);
    return text != null && isWord(text) ? component(value) : value;
  }

  /** Returns whether a text could be the name of a component. */
  static boolean isWord(String text) {
    return WORD.matcher(text).matches();
  }

  private static boolean isNamedAnew(ConfigObject stronger, ConfigObject weaker) {
    ConfigValue named = stronger.get(NAME);
    if (named == null) {
      return false;
    }
    ConfigValue before = weaker.get(NAME);
    return (before != null && !before.unwrapped().equals(named.unwrapped()))
        || (isDefault(weaker) && !isDefault(named));
  }

  private static boolean isDefault(ConfigValue value) {
    return origin(value).source() == Origin.Source.DEFAULT;
  }
}
