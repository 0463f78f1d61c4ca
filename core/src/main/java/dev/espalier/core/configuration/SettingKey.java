package dev.espalier.core.configuration;

import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A setting, such as {@code training.epochs}. Like options of plugins, its description defines the
 * allowed values: plain text, or an object created by a component with a name and options: {@code
 * training.optimizer { name = sgd, learning-rate = 0.1 }}, or a list of them: {@code callbacks = [{
 * name = reduce-lr-on-plateau, patience = 5 }]}. A component without options can be given by its
 * name alone. Immutable.
 *
 * @param section the section it belongs to, empty for none
 * @param option its name in the section, type, default and description
 * @param <T> the type of its value
 */
public record SettingKey<T>(String section, OptionDescription<T> option) {
  /** Returns the full name as in files, with elements separated by dots. */
  public String name() {
    return section.isEmpty() ? option.name() : section + "." + option.name();
  }

  /** Returns whether it contains a list of components. */
  public boolean isList() {
    return option.type() instanceof OptionType.NestedList;
  }

  /** Returns whether components create its value. */
  boolean hasComponents() {
    return isList() || option.type() instanceof OptionType.Nested;
  }

  /**
   * Returns this setting with a text, as a default that gives way to all other origins.
   *
   * @param text empty for an empty list of components
   */
  public Setting byDefault(String text) {
    return new Setting(name(), text, Origin.byDefault());
  }

  /**
   * Returns the settings of a component, the only one if this is a list, as defaults.
   *
   * @param component name of the component
   * @param options texts by option name
   */
  public List<Setting> byDefault(String component, Map<String, String> options) {
    String prefix = name() + (isList() ? ".0." : ".");
    List<Setting> settings = new ArrayList<>();
    settings.add(new Setting(prefix + ConfigurationTree.NAME, component, Origin.byDefault()));
    options.forEach(
        (name, text) -> settings.add(new Setting(prefix + name, text, Origin.byDefault())));
    return settings;
  }
}
