package dev.espalier.core.configuration;

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
import dev.espalier.plugin.Parts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A component in the configuration tree with its options: it is checked, completed with defaults,
 * and made into an object here. The components inside of it, which are options of it or what it is
 * composed of, are handled like those in settings. Immutable.
 *
 * @param path in the tree
 * @param values its name and options
 * @param kind type of the component's object
 * @param registry knows the components
 * @param <T> type of the component's object
 */
record ConfiguredComponent<T>(
    String path, ConfigObject values, Class<T> kind, PluginRegistry registry) {
  private static final String NAME = ConfigurationTree.NAME;

  /** Options that were removed, and their replacements. */
  private static final Map<String, String> REMOVED =
      Map.of(
          "optimizer.cosine-decay-steps",
          "Write learning-rate { name = cosine-decay, initial-learning-rate = 0.1, steps = 1000 }"
              + " (or epochs = 5) for a cosine, or learning-rate = 0.1 for a constant learning"
              + " rate.");

  /** Returns the components in a setting, in order. */
  static List<ConfiguredComponent<?>> in(
      SettingKey<?> key, ConfigurationTree tree, PluginRegistry registry) {
    return in(key.name(), tree.find(key.name()), key.option().type(), registry);
  }

  /** Values that cannot be components are left out. */
  private static List<ConfiguredComponent<?>> in(
      String path, @Nullable ConfigValue value, OptionType<?> type, PluginRegistry registry) {
    List<ConfiguredComponent<?>> components = new ArrayList<>();
    if (value != null && type instanceof OptionType.Nested<?> one) {
      add(components, path, value, one.kind(), registry);
    } else if (value != null && type instanceof OptionType.NestedList<?> several) {
      ConfigurationTree.elements(value)
          .forEach((i, one) -> add(components, path + "." + i, one, several.kind(), registry));
    }
    return components;
  }

  private static void add(
      List<ConfiguredComponent<?>> components,
      String path,
      ConfigValue value,
      Class<?> kind,
      PluginRegistry registry) {
    if (ConfigurationTree.component(value) instanceof ConfigObject section) {
      components.add(new ConfiguredComponent<>(path, section, kind, registry));
    }
  }

  private List<ConfiguredComponent<?>> in(OptionDescription<?> option) {
    return text(option) == null
        ? in(path(option.name()), values.get(option.name()), option.type(), registry)
        : List.of();
  }

  /** Returns the name, which a component has that was checked. */
  private Setting named() {
    return Objects.requireNonNull(setting(NAME), path);
  }

  /** Returns the text of a key as a setting, null if there is none. */
  private @Nullable Setting setting(String key) {
    ConfigValue value = values.get(key);
    String text = ConfigurationTree.text(value);
    return value == null || text == null
        ? null
        : new Setting(path(key), text, ConfigurationTree.origin(value));
  }

  /** Returns the text of an option, null if it has none or if components make its value. */
  private @Nullable Setting text(OptionDescription<?> option) {
    Setting setting = setting(option.name());
    boolean made =
        option.type() instanceof OptionType.NestedList
            || (setting != null
                && option.type() instanceof OptionType.Nested<?> nested
                && registry.components(nested.kind()).names().contains(setting.text().strip()));
    return made ? null : setting;
  }

  private String path(String key) {
    return path + "." + key;
  }

  private Components<T> known() {
    return registry.components(kind);
  }

  /** Returns the options; the components that a component is composed of come last. */
  private List<OptionDescription<?>> options(Component<T> component) {
    List<OptionDescription<?>> options = new ArrayList<>(component.options());
    Parts parts = component.parts();
    if (parts != null) {
      String expected = "a list of " + known().kind() + "s";
      options.add(OptionDescription.nestedList(parts.name(), kind, expected, parts.description()));
    }
    return options;
  }

  /** Checks the components in a setting. */
  static void check(
      SettingKey<?> key,
      ConfigurationTree tree,
      PluginRegistry registry,
      ConfigurationProblems problems) {
    if (key.isList()) {
      requireIndexes(key.name(), tree.find(key.name()), problems);
    }
    in(key, tree, registry).forEach(one -> one.check(problems));
  }

  private static void requireIndexes(
      String path, @Nullable ConfigValue value, ConfigurationProblems problems) {
    if (!(value instanceof ConfigObject single)) {
      return;
    }
    ConfigurationTree.entries(single).entrySet().stream()
        .filter(entry -> ConfigurationTree.index(entry.getKey()) < 0)
        // One is enough to see what is meant, and the strongest is what was added last.
        .min(Comparator.comparing(ConfiguredComponent::source, Comparator.reverseOrder()))
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

  private static Origin.Source source(Map.Entry<String, ConfigValue> entry) {
    return ConfigurationTree.origin(entry.getValue()).source();
  }

  private void check(ConfigurationProblems problems) {
    Components<T> known = known();
    Setting named = setting(NAME);
    if (named == null) {
      String names =
          known.names().isEmpty()
              ? "those that plugins bring (no " + known.kind() + " is known)"
              : String.join(", ", known.names());
      problems.add(
          ConfigurationTree.origin(values),
          path + " has no name.",
          "Give " + path + ".name one of " + names + ".");
    } else if (known.names().contains(named.text())) {
      int before = problems.count();
      checkOptions(known.get(named.text()), problems);
      if (problems.count() == before) {
        // The component itself detects options that are missing or contradict each other.
        problems.catching(this::make);
      }
    } else {
      problems.catching(at(named), () -> known.get(named.text()));
    }
  }

  /** Returns the path in the configuration with the place where it was written. */
  private static Origin at(Setting setting) {
    return at(setting.name(), setting.origin());
  }

  private static Origin at(String path, Origin origin) {
    return new Origin(origin.source(), path + ", " + origin.place());
  }

  private void checkOptions(Component<T> component, ConfigurationProblems problems) {
    Map<String, OptionDescription<?>> options = new TreeMap<>();
    options(component).forEach(option -> options.put(option.name(), option));
    ConfigurationTree.entries(values)
        .forEach(
            (key, value) -> {
              OptionDescription<?> option = options.get(key);
              if (option != null) {
                checkOption(option, value, problems);
              } else if (!key.equals(NAME)) {
                problems.add(
                    at(path(key), ConfigurationTree.origin(value))
                        .locate(unknownOption(component, key, options.keySet())));
              }
            });
    for (OptionDescription<?> option : options(component)) {
      if (option.type() instanceof OptionType.NestedList) {
        requireIndexes(path(option.name()), values.get(option.name()), problems);
      }
      in(option).forEach(one -> one.check(problems));
    }
  }

  private void checkOption(
      OptionDescription<?> option, ConfigValue value, ConfigurationProblems problems) {
    Setting text = text(option);
    if (text != null) {
      problems.catching(() -> requireValue(text, option));
    } else if (!(option.type() instanceof OptionType.NestedList) && in(option).isEmpty()) {
      problems.add(
          ConfigurationTree.origin(value)
              .locate(ConfigurationFile.misfit(path(option.name()), value, option.type())));
    }
  }

  /**
   * Checks the text of an option; a word that could be a name is reported as an unknown component.
   */
  private void requireValue(Setting setting, OptionDescription<?> option) {
    if (option.type() instanceof OptionType.Nested<?> nested
        && nested.parse(setting.text()) == null
        && ConfigurationTree.isWord(setting.text())) {
      Components<?> makers = registry.components(nested.kind());
      EspalierException unknown =
          NearestNames.unknown(
              ErrorCode.INVALID_OPTION, makers.kind(), setting.text(), makers.names());
      String remedy = "Give " + option.type().expected() + ". " + unknown.remedy();
      throw at(setting).locate(ConfigurationProblems.invalid(unknown.problem(), remedy));
    }
    setting.value(option);
  }

  private EspalierException unknownOption(
      Component<?> component, String name, Set<String> allowed) {
    String owner = known().kind() + " " + component.name();
    String removed = REMOVED.get(known().kind() + "." + name);
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
  static @Nullable Object make(SettingKey<?> key, ConfigurationTree tree, PluginRegistry registry) {
    return make(in(key, tree, registry), key.option().type());
  }

  private static @Nullable Object make(
      List<ConfiguredComponent<?>> components, OptionType<?> type) {
    List<Object> made = components.stream().<Object>map(ConfiguredComponent::make).toList();
    return type instanceof OptionType.NestedList ? made : made.isEmpty() ? null : made.get(0);
  }

  private T make() {
    Setting named = named();
    Component<T> component = known().get(named.text());
    Map<String, String> texts = new TreeMap<>();
    Map<String, Object> nested = new TreeMap<>();
    for (OptionDescription<?> option : options(component)) {
      Setting text = text(option);
      if (text != null) {
        texts.put(option.name(), text.text());
      } else if (values.containsKey(option.name())) {
        Object made = make(in(option), option.type());
        if (made != null) {
          nested.put(option.name(), made);
        }
      }
    }
    List<T> parts = new ArrayList<>();
    if (component.parts() != null
        && nested.remove(component.parts().name()) instanceof List<?> made) {
      made.forEach(part -> parts.add(kind.cast(part)));
    }
    try {
      return known().create(named.text(), texts, parts, nested);
    } catch (EspalierException e) {
      throw at(path, named.origin()).locate(e);
    }
  }

  /** Reports values that a callback monitors but that the logs of the training do not contain. */
  void requireMonitored(MonitoredLogs logs, ConfigurationProblems problems) {
    Setting named = named();
    if (!(make() instanceof Callback callback)) {
      return;
    }
    for (String missing : logs.missing(callback)) {
      Setting written =
          ConfigurationTree.entries(values).keySet().stream()
              .map(this::setting)
              .filter(setting -> setting != null && setting.text().equals(missing))
              .findFirst()
              .orElse(new Setting(path, missing, named.origin()));
      problems.add(
          at(written),
          "The callback "
              + named.text()
              + " monitors \""
              + missing
              + "\", which the logs of this training do not have.",
          logs.remedy(missing));
    }
  }

  /** Checks that the logs of the training contain the value that a setting names. */
  static void requireMonitored(
      Setting setting, MonitoredLogs logs, ConfigurationProblems problems) {
    if (!logs.contain(setting.text())) {
      problems.add(
          at(setting),
          "The logs of this training have no value named \"" + setting.text() + "\".",
          logs.remedy(setting.text()));
    }
  }

  /** Returns the options of all components in a setting, with defaults filled in. */
  static List<Setting> effective(
      SettingKey<?> key, ConfigurationTree tree, PluginRegistry registry) {
    List<Setting> effective = new ArrayList<>();
    markList(key.name(), tree.find(key.name()), key.option().type(), effective);
    in(key, tree, registry).forEach(one -> one.addEffective(effective));
    return effective;
  }

  /** Adds an empty text where a list was set, even if it is empty. */
  private static void markList(
      String path, @Nullable ConfigValue value, OptionType<?> type, List<Setting> effective) {
    if (value != null
        && type instanceof OptionType.NestedList
        && !(value instanceof ConfigObject)) {
      effective.add(new Setting(path, "", ConfigurationTree.origin(value)));
    }
  }

  private void addEffective(List<Setting> effective) {
    Setting named = named();
    effective.add(named);
    for (OptionDescription<?> option : options(known().get(named.text()))) {
      String name = path(option.name());
      Setting text = text(option);
      ConfigValue value = values.get(option.name());
      if (text != null) {
        effective.add(inOneForm(text, option));
      } else if (value != null) {
        markList(name, value, option.type(), effective);
        in(option).forEach(one -> one.addEffective(effective));
      } else if (!(option.type() instanceof OptionType.NestedList)) {
        effective.add(new Setting(name, option.defaultText(), Origin.byDefault()));
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
