package dev.espalier.core.configuration;

import dev.espalier.core.Components;
import dev.espalier.core.PluginRegistry;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.Setting;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Parts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the names of a slot's settings stand for. In a flat list of settings {@code
 * training.optimizer.name} names the component and {@code training.optimizer.momentum} is an option
 * of it; in a slot for several, the second is {@code callbacks.1.name}, and {@code callbacks} alone
 * says that the list was given, though it be empty. So it goes on for a component that is made of
 * others: {@code augmentations.1.augmentations.0.name}; and for an option that another component
 * makes: {@code training.optimizer.learning-rate} is its text, {@code
 * training.optimizer.learning-rate.name} names the component. Immutable.
 *
 * @param slot they belong to
 * @param parts the names under which components of its kind, and those inside of them, list what
 *     they are made of
 * @param nested the names of the components that may make an option, by the name of the option
 */
record SlotNames(ComponentSlot<?> slot, Set<String> parts, Map<String, Set<String>> nested) {
  static final String NAME = "name";

  /** What a name stands for. */
  enum Meaning {
    /** A list of components, or that it was given. */
    LIST,
    /** A component, which has a name and perhaps options. */
    COMPONENT,
    /** An option that is a text, or a component. */
    NESTED,
    /** Something else of a component. */
    OPTION
  }

  static List<SlotNames> all(PluginRegistry registry) {
    return RunSettings.slots().stream().map(slot -> of(slot, registry)).toList();
  }

  private static SlotNames of(ComponentSlot<?> slot, PluginRegistry registry) {
    SlotNames names = new SlotNames(slot, new TreeSet<>(), new TreeMap<>());
    names.collect(slot.components().apply(registry), registry, new HashSet<>());
    return names;
  }

  private void collect(Components<?> known, PluginRegistry registry, Set<String> kinds) {
    if (!kinds.add(known.kind())) {
      return;
    }
    for (Component<?> component : known.all()) {
      Parts made = component.parts();
      if (made != null) {
        parts.add(made.name());
      }
      for (OptionDescription<?> option : component.options()) {
        if (option.type() instanceof OptionType.Nested<?> type) {
          Components<?> makers = registry.components(type.kind());
          nested.computeIfAbsent(option.name(), name -> new TreeSet<>()).addAll(makers.names());
          collect(makers, registry, kinds);
        }
      }
    }
  }

  /** Returns the slot that a setting belongs to, or null. */
  static @Nullable ComponentSlot<?> slotOf(String name) {
    for (ComponentSlot<?> slot : RunSettings.slots()) {
      if (name.equals(slot.name()) || name.startsWith(slot.name() + ".")) {
        return slot;
      }
    }
    return null;
  }

  /** Returns what the name of a setting stands for, null if it is none of this slot. */
  @Nullable Meaning meaning(String name) {
    if (!name.equals(slot.name()) && !name.startsWith(slot.name() + ".")) {
      return null;
    }
    String rest = name.substring(slot.name().length());
    boolean list = slot.several();
    while (true) {
      if (list) {
        if (rest.isEmpty()) {
          return Meaning.LIST;
        }
        String index = first(rest);
        if (index(index) < 0) {
          return Meaning.OPTION;
        }
        rest = rest.substring(1 + index.length());
      }
      if (rest.isEmpty()) {
        return Meaning.COMPONENT;
      }
      String key = first(rest);
      list = parts.contains(key);
      if (!list && !nested.containsKey(key)) {
        return Meaning.OPTION;
      }
      rest = rest.substring(1 + key.length());
      if (!list && rest.isEmpty()) {
        return Meaning.NESTED;
      }
    }
  }

  /** Returns the place of the component that a setting names, null if it names none. */
  @Nullable String componentNamedBy(String setting) {
    String ending = "." + NAME;
    if (!setting.endsWith(ending)) {
      return null;
    }
    String place = setting.substring(0, setting.length() - ending.length());
    Meaning meaning = meaning(place);
    return meaning == Meaning.COMPONENT || meaning == Meaning.NESTED ? place : null;
  }

  /** Returns what stands between the first dot, which is in front, and the second. */
  private static String first(String rest) {
    int dot = rest.indexOf('.', 1);
    return rest.substring(1, dot < 0 ? rest.length() : dot);
  }

  /** Returns the place in a list that a part of a name says, or -1 if it says none. */
  static int index(String text) {
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
  }

  /** Returns settings of the flat form for one of any slot that may be of the short form. */
  static List<Setting> expand(Setting setting, List<SlotNames> slots) {
    for (SlotNames names : slots) {
      Meaning meaning = names.meaning(setting.name());
      if (meaning == Meaning.LIST) {
        return expandList(setting);
      }
      if (meaning == Meaning.COMPONENT
          || (meaning == Meaning.NESTED && names.isComponent(setting))) {
        return List.of(new Setting(setting.name() + "." + NAME, setting.text(), setting.origin()));
      }
    }
    return List.of(setting);
  }

  /** Returns whether an option's text is the name of a component, which needs no options then. */
  private boolean isComponent(Setting option) {
    String key = option.name().substring(option.name().lastIndexOf('.') + 1);
    return nested.getOrDefault(key, Set.of()).contains(option.text());
  }

  private static List<Setting> expandList(Setting setting) {
    List<Setting> expanded = new ArrayList<>();
    expanded.add(new Setting(setting.name(), "", setting.origin()));
    int index = 0;
    for (String word : setting.text().split(",")) {
      if (!word.isBlank()) {
        expanded.add(
            new Setting(
                setting.name() + "." + index++ + "." + NAME, word.strip(), setting.origin()));
      }
    }
    return expanded;
  }
}
