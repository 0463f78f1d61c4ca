package dev.espalier.core.configuration;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.espalier.callback.Callback;
import dev.espalier.core.Components;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.internal.training.MonitoredLogs;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Creates components from a configuration tree, checks them, and lists their effective options
 * including defaults. Components nested in components are handled like those in settings.
 * Immutable.
 */
final class ComponentBinder {
  private static final String NAME = ComponentPlace.NAME;
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

  /** Options that were removed, and their replacements. */
  private static final Map<String, String> REMOVED =
      Map.of(
          "optimizer.cosine-decay-steps",
          "Write learning-rate { name = cosine-decay, initial-learning-rate = 0.1, steps = 1000 }"
              + " (or epochs = 5) for a cosine, or learning-rate = 0.1 for a constant learning"
              + " rate.");

  private final PluginRegistry registry;

  ComponentBinder(PluginRegistry registry) {
    this.registry = registry;
  }

  /**
   * A component in the tree: its path, its options, and the place that determines which components
   * are allowed.
   */
  private record Node<T>(String path, ConfigObject values, ComponentPlace<T> place) {
    @Nullable Setting named() {
      return setting(NAME);
    }

    /** Returns the text of a key as a setting, null if there is none. */
    @Nullable Setting setting(String key) {
      ConfigValue value = values.get(key);
      String text = ConfigurationTree.text(value);
      return value == null || text == null
          ? null
          : new Setting(path(key), text, ConfigurationTree.origin(value));
    }

    String path(String key) {
      return path + "." + key;
    }

    List<OptionDescription<?>> options(Component<T> component) {
      return place.options(component);
    }
  }

  /**
   * Returns the components in an option, in order; values that cannot be components are left out.
   */
  private List<Node<?>> nodes(String path, @Nullable ConfigValue value, OptionType<?> type) {
    ComponentPlace<?> place = ComponentPlace.of(type, registry);
    List<Node<?>> nodes = new ArrayList<>();
    if (value == null || place == null) {
      return nodes;
    }
    if (!place.list()) {
      add(nodes, path, value, place);
    } else if (value instanceof ConfigList several) {
      for (int i = 0; i < several.size(); i++) {
        add(nodes, path + "." + i, several.get(i), place);
      }
    } else if (value instanceof ConfigObject single) {
      Map<Integer, ConfigValue> byIndex = new TreeMap<>();
      single.forEach((key, one) -> byIndex.put(ComponentPlace.index(key), one));
      byIndex.remove(-1);
      byIndex.forEach((i, one) -> add(nodes, path + "." + i, one, place));
    }
    return nodes;
  }

  private static void add(
      List<Node<?>> nodes, String path, ConfigValue value, ComponentPlace<?> place) {
    if (value instanceof ConfigObject section) {
      nodes.add(new Node<>(path, section, place));
    }
  }

  /** Checks the components in a setting. */
  void check(SettingKey<?> key, ConfigurationTree tree, ConfigurationProblems problems) {
    check(key.name(), tree.find(key.name()), key.option().type(), problems);
  }

  private void check(
      String path,
      @Nullable ConfigValue value,
      OptionType<?> type,
      ConfigurationProblems problems) {
    if (type instanceof OptionType.NestedList && value instanceof ConfigObject single) {
      requireIndexes(path, single, problems);
    }
    nodes(path, value, type).forEach(node -> check(node, problems));
  }

  private static void requireIndexes(
      String path, ConfigObject single, ConfigurationProblems problems) {
    ConfigurationTree.entries(single).entrySet().stream()
        .filter(entry -> ComponentPlace.index(entry.getKey()) < 0)
        .findFirst() // one is enough to see what is meant
        .ifPresent(
            entry ->
                problems.add(
                    ConfigurationTree.origin(entry.getValue()),
                    "The setting " + path + "." + entry.getKey() + " is not in a list.",
                    "Write "
                        + path
                        + " = [{ name = ..., option = value }], or "
                        + path
                        + ".0.name = ... for a single one."));
  }

  private <T> void check(Node<T> node, ConfigurationProblems problems) {
    Components<T> known = node.place.components();
    Setting named = node.named();
    if (named == null) {
      problems.add(
          ConfigurationTree.origin(node.values),
          node.path + " has no name.",
          "Give " + node.path + ".name one of " + names(known) + ".");
    } else if (known.names().contains(named.text())) {
      Component<T> component = known.get(named.text());
      int before = problems.count();
      checkOptions(node, component, problems);
      for (OptionDescription<?> option : node.options(component)) {
        ConfigValue value = node.values.get(option.name());
        check(node.path(option.name()), value, option.type(), problems);
      }
      if (problems.count() == before) {
        // The component itself detects options that are missing or contradict each other.
        problems.catching(() -> make(node, named));
      }
    } else {
      problems.catching(at(named.name(), named.origin()), () -> known.get(named.text()));
    }
  }

  private static String names(Components<?> known) {
    return known.names().isEmpty()
        ? "those that plugins bring (no " + known.kind() + " is known)"
        : String.join(", ", known.names());
  }

  /** Returns the path in the configuration with the place where it was written. */
  private static Origin at(String path, Origin origin) {
    return new Origin(origin.source(), path + ", " + origin.place());
  }

  private <T> void checkOptions(
      Node<T> node, Component<T> component, ConfigurationProblems problems) {
    Map<String, OptionDescription<?>> options = new TreeMap<>();
    node.options(component).forEach(option -> options.put(option.name(), option));
    ConfigurationTree.entries(node.values)
        .forEach(
            (key, value) -> {
              OptionDescription<?> option = options.get(key);
              Setting text = node.setting(key);
              if (option == null && !key.equals(NAME)) {
                problems.add(
                    at(node.path(key), ConfigurationTree.origin(value))
                        .locate(unknownOption(node.place, component, key, options.keySet())));
              } else if (option != null && text != null) {
                problems.catching(() -> requireValue(text, option));
              } else if (option != null
                  && !(option.type() instanceof OptionType.NestedList)
                  && nodes(node.path, value, option.type()).isEmpty()) {
                problems.add(
                    ConfigurationTree.origin(value)
                        .locate(ConfigurationFile.misfit(node.path(key), value, option.type())));
              }
            });
  }

  /**
   * Checks the text of an option; a word that could be a name is reported as an unknown component.
   */
  private void requireValue(Setting setting, OptionDescription<?> option) {
    if (option.type() instanceof OptionType.Nested<?> nested
        && nested.parse(setting.text()) == null
        && WORD.matcher(setting.text()).matches()) {
      Components<?> makers = registry.components(nested.kind());
      EspalierException unknown =
          NearestNames.unknown(
              ErrorCode.INVALID_OPTION, makers.kind(), setting.text(), makers.names());
      throw at(setting.name(), setting.origin())
          .locate(
              ConfigurationProblems.invalid(
                  unknown.problem(), "Give " + option.type().expected() + ". " + unknown.remedy()));
    }
    setting.value(option);
  }

  private static EspalierException unknownOption(
      ComponentPlace<?> place, Component<?> component, String name, Set<String> allowed) {
    String owner = place.components().kind() + " " + component.name();
    String removed = REMOVED.get(place.components().kind() + "." + name);
    if (removed != null) {
      return ConfigurationProblems.invalid(
          "The "
              + owner
              + " has no option \""
              + name
              + "\" any more: schedules have names of their own.",
          removed);
    }
    return allowed.isEmpty()
        ? ConfigurationProblems.invalid(
            "There is no option of the " + owner + " named \"" + name + "\".",
            "It has no options: leave this one out.")
        : NearestNames.unknown(ErrorCode.INVALID_OPTION, "option of the " + owner, name, allowed);
  }

  /**
   * Creates the component or components of a setting.
   *
   * @return the component, or a list of them; null if a single one is not set
   */
  @Nullable Object make(SettingKey<?> key, ConfigurationTree tree) {
    return make(key.name(), tree.find(key.name()), key.option().type());
  }

  private @Nullable Object make(String path, @Nullable ConfigValue value, OptionType<?> type) {
    List<Object> made = new ArrayList<>();
    for (Node<?> node : nodes(path, value, type)) {
      Setting named = node.named();
      if (named != null) {
        made.add(make(node, named));
      }
    }
    if (type instanceof OptionType.NestedList) {
      return made;
    }
    return made.isEmpty() ? null : made.get(0);
  }

  private <T> T make(Node<T> node, Setting named) {
    Component<T> component = node.place.components().get(named.text());
    Map<String, String> texts = new TreeMap<>();
    Map<String, Object> nested = new TreeMap<>();
    for (OptionDescription<?> option : node.options(component)) {
      Setting text = node.setting(option.name());
      ConfigValue value = node.values.get(option.name());
      if (text != null) {
        texts.put(option.name(), text.text());
      } else if (value != null) {
        Object made = make(node.path(option.name()), value, option.type());
        if (made != null) {
          nested.put(option.name(), made);
        }
      }
    }
    List<T> parts = new ArrayList<>();
    if (component.parts() != null
        && nested.remove(component.parts().name()) instanceof List<?> made) {
      made.forEach(part -> parts.add(node.place.kind().cast(part)));
    }
    try {
      return node.place.components().create(named.text(), texts, parts, nested);
    } catch (EspalierException e) {
      throw at(node.path, named.origin()).locate(e);
    }
  }

  /**
   * Reports values that callbacks in a setting monitor but that the logs of the training do not
   * contain.
   */
  void requireMonitored(
      SettingKey<List<Callback>> key,
      ConfigurationTree tree,
      MonitoredLogs logs,
      ConfigurationProblems problems) {
    for (Node<?> node : nodes(key.name(), tree.find(key.name()), key.option().type())) {
      Setting named = node.named();
      if (named != null && make(node, named) instanceof Callback callback) {
        logs.missing(callback)
            .forEach(missing -> problems.add(notMonitored(node, named, missing, logs)));
      }
    }
  }

  /** Checks that the logs of the training contain the value that a setting names. */
  static void requireMonitored(Setting setting, MonitoredLogs logs) {
    if (!logs.contain(setting.text())) {
      throw at(setting.name(), setting.origin())
          .locate(
              ConfigurationProblems.invalid(
                  "The logs of this training have no value named \"" + setting.text() + "\".",
                  logs.remedy(setting.text())));
    }
  }

  private static EspalierException notMonitored(
      Node<?> node, Setting named, String missing, MonitoredLogs logs) {
    EspalierException error =
        ConfigurationProblems.invalid(
            "The callback "
                + named.text()
                + " monitors \""
                + missing
                + "\", which the logs of this training do not have.",
            logs.remedy(missing));
    for (String key : ConfigurationTree.entries(node.values).keySet()) {
      Setting setting = node.setting(key);
      if (setting != null && setting.text().equals(missing)) {
        return at(setting.name(), setting.origin()).locate(error);
      }
    }
    return at(node.path, named.origin()).locate(error);
  }

  /** Returns the options of all components in a setting, with defaults filled in. */
  List<Setting> effective(SettingKey<?> key, ConfigurationTree tree) {
    List<Setting> effective = new ArrayList<>();
    addEffective(key.name(), tree.find(key.name()), key.option().type(), effective);
    return effective;
  }

  private void addEffective(
      String path, @Nullable ConfigValue value, OptionType<?> type, List<Setting> effective) {
    if (value instanceof ConfigList) {
      effective.add(new Setting(path, "", ConfigurationTree.origin(value)));
    }
    nodes(path, value, type).forEach(node -> addEffective(node, effective));
  }

  private <T> void addEffective(Node<T> node, List<Setting> effective) {
    Setting named = node.named();
    if (named == null) {
      return;
    }
    effective.add(named);
    Component<T> component = node.place.components().get(named.text());
    for (OptionDescription<?> option : node.options(component)) {
      Setting text = node.setting(option.name());
      ConfigValue value = node.values.get(option.name());
      if (text != null) {
        effective.add(inOneForm(text, option));
      } else if (value != null) {
        addEffective(node.path(option.name()), value, option.type(), effective);
      } else if (!(option.type() instanceof OptionType.NestedList)) {
        String path = node.path(option.name());
        effective.add(new Setting(path, option.defaultText(), Origin.byDefault()));
      }
    }
  }

  /**
   * Normalizes numbers, which may be written in several ways, so that saved configurations are
   * uniform.
   */
  private static <T> Setting inOneForm(Setting given, OptionDescription<T> option) {
    return new Setting(given.name(), option.type().format(given.value(option)), given.origin());
  }
}
