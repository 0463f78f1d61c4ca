package dev.espalier.core.configuration;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.espalier.core.Components;
import dev.espalier.core.PluginRegistry;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.Origin;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Parts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A place in the configuration tree for a component or a list of components: {@code
 * training.optimizer}, an option of another component such as {@code learning-rate}, or the
 * components that another one is composed of. Knows how to expand short forms and how to merge two
 * origins. Immutable.
 *
 * @param kind type of the components' objects
 * @param list whether it is a list
 * @param registry knows the allowed components
 * @param <T> type of the components' objects
 */
record ComponentPlace<T>(Class<T> kind, boolean list, PluginRegistry registry) {
  static final String NAME = "name";

  /** Returns the place of an option, or null if its value is not created by a component. */
  static @Nullable ComponentPlace<?> of(OptionType<?> type, PluginRegistry registry) {
    if (type instanceof OptionType.NestedList<?> several) {
      return new ComponentPlace<>(several.kind(), true, registry);
    }
    return type instanceof OptionType.Nested<?> one
        ? new ComponentPlace<>(one.kind(), false, registry)
        : null;
  }

  /** Returns the allowed components. */
  Components<T> components() {
    return registry.components(kind);
  }

  /**
   * Returns the options of a component in this place; the components it is composed of come last.
   */
  List<OptionDescription<?>> options(Component<?> component) {
    List<OptionDescription<?>> options = new ArrayList<>(component.options());
    Parts parts = component.parts();
    if (parts != null) {
      String expected = "a list of " + components().kind() + "s";
      options.add(OptionDescription.nestedList(parts.name(), kind, expected, parts.description()));
    }
    return options;
  }

  /** Returns the setting with components that a name belongs to, or null. */
  static @Nullable SettingKey<?> keyOf(String name) {
    for (SettingKey<?> key : RunSettings.components()) {
      if (name.equals(key.name()) || name.startsWith(key.name() + ".")) {
        return key;
      }
    }
    return null;
  }

  /**
   * Merges trees, highest precedence last, like {@code withFallback}, except for components: naming
   * another component discards the options of the previous one, and so does naming a component
   * where a command has its own default; and a list replaces a list.
   *
   * @param trees each from one origin, lowest precedence first
   */
  static ConfigurationTree merge(List<ConfigurationTree> trees, PluginRegistry registry) {
    ConfigurationTree merged = ConfigurationTree.empty();
    for (int i = trees.size() - 1; i >= 0; i--) {
      ConfigurationTree weaker = trees.get(i);
      ConfigurationTree both = new ConfigurationTree(merged.values().withFallback(weaker.values()));
      for (SettingKey<?> key : RunSettings.components()) {
        ConfigValue strong = merged.find(key.name());
        ConfigValue weak = weaker.find(key.name());
        ComponentPlace<?> place = of(key.option().type(), registry);
        if (strong != null && weak != null && place != null) {
          both = both.replacing(key.name(), place.merged(strong, weak));
        }
      }
      merged = both;
    }
    return merged;
  }

  /** Expands the short forms of all components in a tree. */
  static ConfigurationTree writtenOut(ConfigurationTree tree, PluginRegistry registry) {
    ConfigurationTree all = tree;
    for (SettingKey<?> key : RunSettings.components()) {
      ConfigValue value = tree.find(key.name());
      ComponentPlace<?> place = of(key.option().type(), registry);
      if (value != null && place != null) {
        all = all.replacing(key.name(), place.writtenOut(value));
      }
    }
    return all;
  }

  /** Returns the places inside the components that are allowed here, by key. */
  private Map<String, ComponentPlace<?>> inside() {
    Map<String, ComponentPlace<?>> places = new HashMap<>();
    for (Component<?> component : components().all()) {
      for (OptionDescription<?> option : options(component)) {
        ComponentPlace<?> place = of(option.type(), registry);
        if (place != null) {
          places.putIfAbsent(option.name(), place);
        }
      }
    }
    return places;
  }

  private ComponentPlace<T> element() {
    return new ComponentPlace<>(kind, false, registry);
  }

  /** Expands a name to a section, and a text with several names to a list. */
  private ConfigValue writtenOut(ConfigValue value) {
    String text = ConfigurationTree.text(value);
    Origin origin = ConfigurationTree.origin(value);
    int line = value.origin().lineNumber();
    if (list) {
      return list(value, text, origin, line);
    }
    if (text != null) {
      return ConfigurationTree.section(
          Map.of(NAME, ConfigurationTree.text(text.strip(), origin, line)));
    }
    if (!(value instanceof ConfigObject section)) {
      return value;
    }
    Map<String, ConfigValue> options = new HashMap<>(section);
    inside()
        .forEach(
            (key, place) ->
                options.computeIfPresent(
                    key,
                    (same, inner) -> place.isComponent(inner) ? place.writtenOut(inner) : inner));
    return ConfigurationTree.section(options);
  }

  private ConfigValue list(ConfigValue value, @Nullable String text, Origin origin, int line) {
    List<ConfigValue> elements = new ArrayList<>();
    if (text != null) {
      for (String name : text.split(",")) {
        if (!name.isBlank()) {
          elements.add(element().writtenOut(ConfigurationTree.text(name.strip(), origin, line)));
        }
      }
      return ConfigurationTree.list(elements, origin, line);
    }
    if (value instanceof ConfigList several) {
      several.forEach(one -> elements.add(element().writtenOut(one)));
      return ConfigurationTree.list(elements, origin, line);
    }
    Map<String, ConfigValue> single = new HashMap<>((ConfigObject) value);
    single.replaceAll((key, one) -> index(key) < 0 ? one : element().writtenOut(one));
    return ConfigurationTree.section(single);
  }

  /** An option may also take plain text; it is a component only if it is the name of one. */
  private boolean isComponent(ConfigValue value) {
    String text = ConfigurationTree.text(value);
    return list || text == null || components().names().contains(text.strip());
  }

  /** Returns the list index that a key stands for, or -1 if it is not an index. */
  static int index(String key) {
    return key.matches("\\d{1,6}") ? Integer.parseInt(key) : -1;
  }

  /** Merges the values of two origins, with short forms expanded. */
  private ConfigValue merged(ConfigValue strong, ConfigValue weak) {
    if (!(strong instanceof ConfigObject stronger)) {
      return strong;
    }
    if (list && weak instanceof ConfigList several) {
      return mergedElements(stronger, several);
    }
    if (!(weak instanceof ConfigObject weaker) || (!list && isNamedAnew(stronger, weaker))) {
      return strong;
    }
    Map<String, ComponentPlace<?>> places = list ? Map.of() : inside();
    Map<String, ConfigValue> both = new HashMap<>(weaker);
    stronger.forEach(
        (key, value) ->
            both.merge(
                key,
                value,
                (below, above) -> {
                  ComponentPlace<?> place = list ? element() : places.get(key);
                  return place == null ? above : place.merged(above, below);
                }));
    return ConfigurationTree.section(both);
  }

  /** Merges single elements into a list. */
  private ConfigValue mergedElements(ConfigObject single, ConfigList several) {
    if (single.keySet().stream().anyMatch(key -> index(key) < 0)) {
      return single; // not a list, which the checks report
    }
    Map<Integer, ConfigValue> elements = new TreeMap<>();
    for (int i = 0; i < several.size(); i++) {
      elements.put(i, several.get(i));
    }
    single.forEach(
        (key, value) ->
            elements.merge(index(key), value, (below, above) -> element().merged(above, below)));
    return ConfigurationTree.list(
        List.copyOf(elements.values()),
        ConfigurationTree.origin(several),
        several.origin().lineNumber());
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
    return ConfigurationTree.origin(value).source() == Origin.Source.DEFAULT;
  }
}
