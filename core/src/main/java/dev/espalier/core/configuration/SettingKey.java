package dev.espalier.core.configuration;

import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;

/**
 * A setting, such as {@code training.epochs}. Its description says what it may be, as those of the
 * options of plugins do: a value with a text, or what a component makes, which has a name and
 * options: {@code training.optimizer { name = sgd, learning-rate = 0.1 }}, or for several {@code
 * callbacks = [{ name = reduce-lr-on-plateau, patience = 5 }]}. Where a component gets no options
 * its name alone will do. Immutable.
 *
 * @param section it stands in, empty for none
 * @param option its name in the section, its type, its default and what it does
 * @param <T> what its text, or the component, becomes
 */
public record SettingKey<T>(String section, OptionDescription<T> option) {
  /** Returns the name that stands in files, elements separated by dots. */
  public String name() {
    return section.isEmpty() ? option.name() : section + "." + option.name();
  }

  /** Returns whether it holds a list of components. */
  public boolean isList() {
    return option.type() instanceof OptionType.NestedList;
  }
}
