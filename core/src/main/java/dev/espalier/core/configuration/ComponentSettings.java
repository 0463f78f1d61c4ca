package dev.espalier.core.configuration;

import dev.espalier.core.Components;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import dev.espalier.plugin.Component;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a slot. In a flat list of settings {@code training.optimizer.name} names the
 * component and {@code training.optimizer.momentum} is an option of it; in a slot for several, the
 * second is {@code callbacks.1.name}, and {@code callbacks} alone says that the list was given,
 * though it be empty. Immutable.
 */
final class ComponentSettings<T> {
  private static final String NAME = "name";

  /** One component of a slot: where it stands, and its settings by what follows that. */
  private record Place(String prefix, Map<String, Setting> settings) {}

  private final ComponentSlot<T> slot;
  private final Components<T> known;

  ComponentSettings(ComponentSlot<T> slot, PluginRegistry registry) {
    this.slot = slot;
    this.known = slot.components().apply(registry);
  }

  /** Returns settings of the flat form for one that may be of the short form. */
  static List<Setting> expand(Setting setting) {
    for (ComponentSlot<?> slot : RunSettings.slots()) {
      if (slot.several() && setting.name().equals(slot.name())) {
        List<Setting> expanded = new ArrayList<>();
        expanded.add(new Setting(slot.name(), "", setting.origin()));
        int index = 0;
        for (String word : setting.text().split(",")) {
          if (!word.isBlank()) {
            expanded.add(
                new Setting(
                    slot.name() + "." + index++ + "." + NAME, word.strip(), setting.origin()));
          }
        }
        return expanded;
      }
      String oneOf = slot.several() ? "\\.\\d{1,6}" : "";
      if (setting.name().matches("\\Q" + slot.name() + "\\E" + oneOf)) {
        return List.of(new Setting(setting.name() + "." + NAME, setting.text(), setting.origin()));
      }
    }
    return List.of(setting);
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

  /**
   * Returns the settings without those of weaker origins that belong to another component than the
   * one that a stronger origin names, or to what a command does when no component is named.
   */
  static Settings withoutReplaced(Settings merged, List<Setting> read) {
    Map<String, Setting> kept = new LinkedHashMap<>(merged.byName());
    for (ComponentSlot<?> slot : RunSettings.slots()) {
      Setting decides = merged.find(slot.several() ? slot.name() : slot.name() + "." + NAME);
      if (decides == null) {
        continue;
      }
      kept.values()
          .removeIf(
              setting ->
                  setting.name().startsWith(slot.name() + ".")
                      && setting.origin().source().compareTo(decides.origin().source()) < 0
                      && (slot.several()
                          || setting.origin().source() == Origin.Source.DEFAULT
                          || !names(read, setting, decides)));
    }
    return new Settings(kept);
  }

  /** Returns whether the origin of a setting names the same component as the stronger one. */
  private static boolean names(List<Setting> read, Setting setting, Setting decides) {
    return read.stream()
        .filter(one -> one.name().equals(decides.name()))
        .filter(one -> one.origin().source() == setting.origin().source())
        .allMatch(one -> one.text().equals(decides.text()));
  }

  private List<Place> places(Settings settings) {
    if (!slot.several()) {
      Map<String, Setting> mine = after(settings, slot.name() + ".");
      return mine.isEmpty() ? List.of() : List.of(new Place(slot.name(), mine));
    }
    Map<Integer, Map<String, Setting>> byIndex = new TreeMap<>();
    after(settings, slot.name() + ".")
        .forEach(
            (rest, setting) -> {
              int dot = rest.indexOf('.');
              int index = index(dot < 0 ? rest : rest.substring(0, dot));
              byIndex
                  .computeIfAbsent(index, i -> new TreeMap<>())
                  .put(dot < 0 ? "" : rest.substring(dot + 1), setting);
            });
    List<Place> places = new ArrayList<>();
    byIndex.forEach((index, mine) -> places.add(new Place(slot.name() + "." + index, mine)));
    return places;
  }

  private static int index(String text) {
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
  }

  private static Map<String, Setting> after(Settings settings, String prefix) {
    Map<String, Setting> result = new TreeMap<>();
    settings
        .startingWith(prefix)
        .forEach(setting -> result.put(setting.name().substring(prefix.length()), setting));
    return result;
  }

  void check(Settings settings, ConfigurationProblems problems) {
    for (Place place : places(settings)) {
      Setting first = place.settings().values().iterator().next();
      if (place.prefix().endsWith(".-1")) {
        problems.add(
            first
                .origin()
                .locate(
                    new EspalierException(
                        ErrorCode.INVALID_OPTION,
                        "The setting " + first.name() + " is not in a list.",
                        "Write "
                            + slot.name()
                            + " = [{ name = ..., option = value }], or "
                            + slot.name()
                            + ".0.name = ... for a single one.")));
        continue;
      }
      Setting named = place.settings().get(NAME);
      if (named == null) {
        problems.add(
            first
                .origin()
                .locate(
                    new EspalierException(
                        ErrorCode.INVALID_OPTION,
                        place.prefix() + " has no name.",
                        "Give " + place.prefix() + ".name one of " + names() + ".")));
        continue;
      }
      problems.catching(
          () -> {
            try {
              known.get(named.text());
            } catch (EspalierException e) {
              throw named.origin().locate(e);
            }
          });
      if (known.names().contains(named.text())) {
        int before = problems.count();
        checkOptions(place, known.get(named.text()), problems);
        if (problems.count() == before) {
          // What is missing, or does not go together, the component itself knows.
          problems.catching(() -> make(place, named));
        }
      }
    }
  }

  private String names() {
    return known.names().isEmpty()
        ? "those that plugins bring (no " + known.kind() + " is known)"
        : String.join(", ", known.names());
  }

  private void checkOptions(Place place, Component<T> component, ConfigurationProblems problems) {
    Map<String, OptionDescription<?>> options = new TreeMap<>();
    component.options().forEach(option -> options.put(option.name(), option));
    place
        .settings()
        .forEach(
            (name, setting) -> {
              OptionDescription<?> option = options.get(name);
              if (option != null) {
                problems.catching(() -> setting.value(option));
              } else if (!name.equals(NAME)) {
                problems.add(
                    setting
                        .origin()
                        .locate(
                            NearestNames.unknown(
                                ErrorCode.INVALID_OPTION,
                                "option of the " + known.kind() + " " + component.name(),
                                name,
                                options.keySet())));
              }
            });
  }

  /** Makes what the settings say, in their order. */
  List<T> create(Settings settings) {
    List<T> made = new ArrayList<>();
    for (Place place : places(settings)) {
      Setting named = place.settings().get(NAME);
      if (named != null) {
        made.add(make(place, named));
      }
    }
    return made;
  }

  private T make(Place place, Setting named) {
    Map<String, String> options = new TreeMap<>();
    place.settings().forEach((name, setting) -> options.put(name, setting.text()));
    options.remove(NAME);
    try {
      return known.create(named.text(), options);
    } catch (EspalierException e) {
      throw named.origin().locate(e);
    }
  }

  /** Returns the settings with the defaults of each component's options filled in. */
  List<Setting> effective(Settings settings) {
    List<Setting> effective = new ArrayList<>();
    Setting marker = settings.find(slot.name());
    if (marker != null) {
      effective.add(marker);
    }
    for (Place place : places(settings)) {
      Setting named = place.settings().get(NAME);
      if (named == null) {
        continue;
      }
      effective.add(named);
      for (OptionDescription<?> option : known.get(named.text()).options()) {
        Setting given = place.settings().get(option.name());
        effective.add(
            given == null
                ? new Setting(
                    place.prefix() + "." + option.name(), option.defaultText(), Origin.byDefault())
                : inOneForm(given, option));
      }
    }
    return effective;
  }

  /** A number may be written in several ways; what a run leaves behind has one of them. */
  private static <T> Setting inOneForm(Setting given, OptionDescription<T> option) {
    return new Setting(given.name(), option.type().format(given.value(option)), given.origin());
  }
}
