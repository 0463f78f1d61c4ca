package dev.espalier.core.configuration;

import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;

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
}
