package dev.espalier.cli;

import dev.espalier.core.configuration.ComponentSlot;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects the settings that a command makes where nobody else does. Not thread-safe. */
final class DefaultSettings {
  private final List<Setting> settings = new ArrayList<>();

  DefaultSettings add(SettingKey<?> key, String text) {
    return add(key.name(), text);
  }

  /** Puts one component into a slot, as the only one of a list. */
  DefaultSettings add(ComponentSlot<?> slot, String component, Map<String, String> options) {
    String prefix = slot.name() + (slot.several() ? ".0." : ".");
    options.forEach((name, text) -> add(prefix + name, text));
    return add(prefix + "name", component);
  }

  private DefaultSettings add(String name, String text) {
    settings.add(new Setting(name, text, Origin.byDefault()));
    return this;
  }

  List<Setting> all() {
    return List.copyOf(settings);
  }

  /** Returns these and stronger ones. */
  List<Setting> and(List<Setting> stronger) {
    List<Setting> all = new ArrayList<>(settings);
    all.addAll(stronger);
    return all;
  }
}
