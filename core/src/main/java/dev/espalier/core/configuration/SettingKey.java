package dev.espalier.core.configuration;

import dev.espalier.option.OptionDescription;

/**
 * A setting of a section, such as {@code training.epochs}. Immutable.
 *
 * @param section it stands in
 * @param option what it may be
 * @param <T> what its text becomes
 */
public record SettingKey<T>(String section, OptionDescription<T> option) {
  /** Returns the name that stands in files, parts separated by dots. */
  public String name() {
    return section + "." + option.name();
  }
}
