package dev.espalier.core.configuration;

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
import dev.espalier.option.Settings;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Parts;
import dev.espalier.training.Callback;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the settings of a slot, in the flat form of {@link SlotNames}, say. Immutable. */
final class ComponentSettings<T> {
  private static final String NAME = SlotNames.NAME;
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

  /**
   * A component of a slot, or of another component: where it stands, and its settings by what
   * follows that.
   */
  private record Place(String prefix, Map<String, Setting> settings) {}

  private final String root;
  private final boolean several;
  private final Components<T> known;
  private final PluginRegistry registry;

  ComponentSettings(ComponentSlot<T> slot, PluginRegistry registry) {
    this(slot.name(), slot.several(), slot.components().apply(registry), registry);
  }

  private ComponentSettings(
      String root, boolean several, Components<T> known, PluginRegistry registry) {
    this.root = root;
    this.several = several;
    this.known = known;
    this.registry = registry;
  }

  /** What stands in an option that another component makes. */
  private record NestedPlace<N>(ComponentSettings<N> settings, Place place) {
    void check(ConfigurationProblems problems) {
      settings.check(place, problems);
    }

    @Nullable N make() {
      Setting named = place.settings().get(NAME);
      return named == null ? null : settings.make(place, named);
    }

    void addEffective(List<Setting> effective) {
      settings.addEffective(place, effective);
    }
  }

  /** Returns what stands in an option, null if that is at most a text. */
  private @Nullable NestedPlace<?> nested(Place place, OptionDescription<?> option) {
    return option.type() instanceof OptionType.Nested<?> type
        ? nested(place, option.name(), type.kind())
        : null;
  }

  private <N> @Nullable NestedPlace<N> nested(Place place, String option, Class<N> kind) {
    Map<String, Setting> inside = after(place.settings(), option + ".");
    String prefix = place.prefix() + "." + option;
    return inside.isEmpty()
        ? null
        : new NestedPlace<>(
            new ComponentSettings<>(prefix, false, registry.components(kind), registry),
            new Place(prefix, inside));
  }

  /**
   * Returns the settings without those of weaker origins that belong to another component than the
   * one that a stronger origin names, or to what a command does when no component is named. Of a
   * text and a component for one option the stronger is kept, and of one origin the later.
   */
  static Settings withoutReplaced(Settings merged, List<Setting> read, List<SlotNames> slots) {
    Map<String, Setting> kept = new LinkedHashMap<>(merged.byName());
    for (SlotNames names : slots) {
      for (Setting decides : merged.startingWith(names.slot().name())) {
        String component = names.componentNamedBy(decides.name());
        if (names.meaning(decides.name()) == SlotNames.Meaning.NESTED) {
          kept.values()
              .removeIf(
                  setting ->
                      setting.name().startsWith(decides.name() + ".")
                          && yields(read, setting, decides));
        } else if (component != null) {
          Setting text = kept.get(component);
          if (text != null && yields(read, text, decides)) {
            kept.remove(component);
          }
          kept.values()
              .removeIf(
                  setting ->
                      isInside(setting, component, decides)
                          && (setting.origin().source() == Origin.Source.DEFAULT
                              || !names(read, setting, decides)));
        } else if (names.meaning(decides.name()) == SlotNames.Meaning.LIST) {
          kept.values().removeIf(setting -> isInside(setting, decides.name(), decides));
        }
      }
    }
    return new Settings(kept);
  }

  /** Returns whether a setting is of a weaker origin than another, or of the same and earlier. */
  private static boolean yields(List<Setting> read, Setting setting, Setting decides) {
    int order = setting.origin().source().compareTo(decides.origin().source());
    return order < 0 || (order == 0 && read.indexOf(setting) < read.lastIndexOf(decides));
  }

  /** Returns whether a setting is part of a place, and weaker than the one that decides there. */
  private static boolean isInside(Setting setting, String place, Setting decides) {
    return setting.name().startsWith(place + ".")
        && setting.origin().source().compareTo(decides.origin().source()) < 0;
  }

  /** Returns whether the origin of a setting names the same component as the stronger one. */
  private static boolean names(List<Setting> read, Setting setting, Setting decides) {
    return read.stream()
        .filter(one -> one.name().equals(decides.name()))
        .filter(one -> one.origin().source() == setting.origin().source())
        .allMatch(one -> one.text().equals(decides.text()));
  }

  /** Returns what stands in the slot. */
  private List<Place> places(Settings settings) {
    Map<String, Setting> inside = after(settings.byName(), root + ".");
    if (several) {
      return listed(root, inside);
    }
    return inside.isEmpty() ? List.of() : List.of(new Place(root, inside));
  }

  /** Returns what stands in a list, in order; at -1 what is not in order. */
  private static List<Place> listed(String list, Map<String, Setting> inside) {
    Map<Integer, Map<String, Setting>> byIndex = new TreeMap<>();
    inside.forEach(
        (rest, setting) -> {
          int dot = rest.indexOf('.');
          byIndex
              .computeIfAbsent(
                  SlotNames.index(dot < 0 ? rest : rest.substring(0, dot)), i -> new TreeMap<>())
              .put(dot < 0 ? "" : rest.substring(dot + 1), setting);
        });
    List<Place> places = new ArrayList<>();
    byIndex.forEach((index, mine) -> places.add(new Place(list + "." + index, mine)));
    return places;
  }

  /** Returns the places of what a component is made of. */
  private static List<Place> parts(Place place, Component<?> component) {
    Parts parts = component.parts();
    return parts == null
        ? List.of()
        : listed(place.prefix() + "." + parts.name(), after(place.settings(), parts.name() + "."));
  }

  /** Returns the settings of a place that are texts of options. */
  private static Map<String, Setting> options(Place place, Component<?> component) {
    Map<String, Setting> options = new TreeMap<>(place.settings());
    options.remove(NAME);
    for (OptionDescription<?> option : component.options()) {
      if (option.type() instanceof OptionType.Nested) {
        options.keySet().removeIf(name -> name.startsWith(option.name() + "."));
      }
    }
    Parts parts = component.parts();
    if (parts != null) {
      options.remove(parts.name());
      options.keySet().removeIf(name -> name.startsWith(parts.name() + "."));
    }
    return options;
  }

  private static Map<String, Setting> after(Map<String, Setting> settings, String prefix) {
    Map<String, Setting> result = new TreeMap<>();
    settings.forEach(
        (name, setting) -> {
          if (name.startsWith(prefix)) {
            result.put(name.substring(prefix.length()), setting);
          }
        });
    return result;
  }

  void check(Settings settings, ConfigurationProblems problems) {
    places(settings).forEach(place -> check(place, problems));
  }

  private void check(Place place, ConfigurationProblems problems) {
    Setting first = place.settings().values().iterator().next();
    Setting named = place.settings().get(NAME);
    if (place.prefix().endsWith(".-1")) {
      problems.add(first.origin().locate(notInAList(place, first)));
    } else if (named == null) {
      problems.add(
          first
              .origin()
              .locate(
                  new EspalierException(
                      ErrorCode.INVALID_OPTION,
                      place.prefix() + " has no name.",
                      "Give " + place.prefix() + ".name one of " + names() + ".")));
    } else if (known.names().contains(named.text())) {
      Component<T> component = known.get(named.text());
      int before = problems.count();
      checkOptions(place, component, problems);
      for (OptionDescription<?> option : component.options()) {
        NestedPlace<?> inside = nested(place, option);
        if (inside != null) {
          inside.check(problems);
        }
      }
      parts(place, component).forEach(part -> check(part, problems));
      if (problems.count() == before) {
        // What is missing, or does not go together, the component itself knows.
        problems.catching(() -> make(place, named));
      }
    } else {
      problems.catching(
          () -> {
            try {
              known.get(named.text());
            } catch (EspalierException e) {
              throw locate(named.name(), named, e);
            }
          });
    }
  }

  private static EspalierException notInAList(Place place, Setting setting) {
    String list = place.prefix().substring(0, place.prefix().lastIndexOf('.'));
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        "The setting " + setting.name() + " is not in a list.",
        "Write "
            + list
            + " = [{ name = ..., option = value }], or "
            + list
            + ".0.name = ... for a single one.");
  }

  /** Says both the place in the configuration and where that was written. */
  private static EspalierException locate(String place, Setting setting, EspalierException error) {
    Origin origin = setting.origin();
    return new Origin(origin.source(), place + ", " + origin.place()).locate(error);
  }

  private String names() {
    return known.names().isEmpty()
        ? "those that plugins bring (no " + known.kind() + " is known)"
        : String.join(", ", known.names());
  }

  private void checkOptions(Place place, Component<T> component, ConfigurationProblems problems) {
    Map<String, OptionDescription<?>> byName = new TreeMap<>();
    component.options().forEach(option -> byName.put(option.name(), option));
    Set<String> unknown = new HashSet<>();
    options(place, component)
        .forEach(
            (name, setting) -> {
              OptionDescription<?> option = byName.get(name);
              // Of a whole list in the place of an option only the first is told.
              String key = name.split("\\.", 2)[0];
              if (option != null) {
                problems.catching(() -> requireValue(setting, option));
              } else if (unknown.add(key)) {
                problems.add(unknownOption(place, component, key, setting));
              }
            });
  }

  /** Checks the text of an option; one that looks like a name is taken for that of a component. */
  private void requireValue(Setting setting, OptionDescription<?> option) {
    if (option.type() instanceof OptionType.Nested<?> nested
        && nested.parse(setting.text()) == null
        && WORD.matcher(setting.text()).matches()) {
      Components<?> makers = registry.components(nested.kind());
      EspalierException unknown =
          NearestNames.unknown(
              ErrorCode.INVALID_OPTION, makers.kind(), setting.text(), makers.names());
      throw locate(
          setting.name(),
          setting,
          new EspalierException(
              unknown.code(),
              unknown.problem(),
              "Give " + option.type().expected() + ". " + unknown.remedy()));
    }
    setting.value(option);
  }

  private EspalierException unknownOption(
      Place place, Component<T> component, String name, Setting setting) {
    EspalierException removed = RemovedOptions.find(known.kind(), component.name(), name);
    if (removed != null) {
      return locate(place.prefix() + "." + name, setting, removed);
    }
    Set<String> allowed = new TreeSet<>();
    component.options().forEach(option -> allowed.add(option.name()));
    Parts parts = component.parts();
    if (parts != null) {
      allowed.add(parts.name());
    }
    String owner = "the " + known.kind() + " " + component.name();
    return locate(
        place.prefix() + "." + name,
        setting,
        allowed.isEmpty()
            ? new EspalierException(
                ErrorCode.INVALID_OPTION,
                "There is no option of " + owner + " named \"" + name + "\".",
                "It has no options: leave this one out.")
            : NearestNames.unknown(ErrorCode.INVALID_OPTION, "option of " + owner, name, allowed));
  }

  /** Makes what the settings say, in their order. */
  List<T> create(Settings settings) {
    return create(places(settings));
  }

  private List<T> create(List<Place> places) {
    List<T> made = new ArrayList<>();
    for (Place place : places) {
      Setting named = place.settings().get(NAME);
      if (named != null) {
        made.add(make(place, named));
      }
    }
    return made;
  }

  private T make(Place place, Setting named) {
    Component<T> component = known.get(named.text());
    Map<String, String> options = new TreeMap<>();
    options(place, component).forEach((name, setting) -> options.put(name, setting.text()));
    List<T> parts = create(parts(place, component));
    Map<String, Object> made = new TreeMap<>();
    for (OptionDescription<?> option : component.options()) {
      NestedPlace<?> inside = nested(place, option);
      Object value = inside == null ? null : inside.make();
      if (value != null) {
        made.put(option.name(), value);
      }
    }
    try {
      return known.create(named.text(), options, parts, made);
    } catch (EspalierException e) {
      throw locate(place.prefix(), named, e);
    }
  }

  /** Tells what the callbacks of this slot monitor that the logs of a training do not have. */
  void requireMonitored(Settings settings, MonitoredLogs logs, ConfigurationProblems problems) {
    for (Place place : places(settings)) {
      Setting named = place.settings().get(NAME);
      if (named != null && make(place, named) instanceof Callback callback) {
        for (String missing : logs.missing(callback)) {
          Setting made =
              place.settings().values().stream()
                  .filter(setting -> setting.text().equals(missing))
                  .findFirst()
                  .orElse(named);
          problems.add(
              locate(
                  made.equals(named) ? place.prefix() : made.name(),
                  made,
                  new EspalierException(
                      ErrorCode.INVALID_OPTION,
                      "The callback "
                          + named.text()
                          + " monitors \""
                          + missing
                          + "\", which the logs of this training do not have.",
                      logs.remedy(missing))));
        }
      }
    }
  }

  /** Returns the settings with the defaults of each component's options filled in. */
  List<Setting> effective(Settings settings) {
    List<Setting> effective = new ArrayList<>();
    addIfGiven(settings.find(root), effective);
    places(settings).forEach(place -> addEffective(place, effective));
    return effective;
  }

  private static void addIfGiven(@Nullable Setting list, List<Setting> effective) {
    if (list != null) {
      effective.add(list);
    }
  }

  private void addEffective(Place place, List<Setting> effective) {
    Setting named = place.settings().get(NAME);
    if (named == null) {
      return;
    }
    effective.add(named);
    Component<T> component = known.get(named.text());
    for (OptionDescription<?> option : component.options()) {
      NestedPlace<?> inside = nested(place, option);
      if (inside != null) {
        inside.addEffective(effective);
        continue;
      }
      Setting given = place.settings().get(option.name());
      effective.add(
          given == null
              ? new Setting(
                  place.prefix() + "." + option.name(), option.defaultText(), Origin.byDefault())
              : inOneForm(given, option));
    }
    Parts parts = component.parts();
    if (parts != null) {
      addIfGiven(place.settings().get(parts.name()), effective);
      parts(place, component).forEach(part -> addEffective(part, effective));
    }
  }

  /** A number may be written in several ways; what a run leaves behind has one of them. */
  private static <T> Setting inOneForm(Setting given, OptionDescription<T> option) {
    return new Setting(given.name(), option.type().format(given.value(option)), given.origin());
  }
}
