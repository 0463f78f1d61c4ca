package dev.espalier.core.configuration;

import dev.espalier.core.internal.engine.EngineChoice;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All that can be set, by name, with what each may be. Immutable. */
final class KnownSettings {
  private static final Pattern OF_ENGINE = Pattern.compile("engines\\.([^.]+)\\.(.+)");

  private final Map<String, OptionDescription<?>> byName = new LinkedHashMap<>();
  private final Map<String, Map<String, OptionDescription<?>>> engines = new TreeMap<>();

  KnownSettings(List<EngineProvider> providers) {
    EngineSettings.descriptions().forEach(option -> byName.put(option.name(), option));
    providers.stream().sorted(Comparator.comparing(EngineProvider::name)).forEach(this::add);
  }

  private void add(EngineProvider provider) {
    Map<String, OptionDescription<?>> options = new TreeMap<>();
    for (OptionDescription<?> option : provider.options()) {
      options.put(option.name(), option);
      byName.put(EngineSettings.optionName(provider.name(), option.name()), option);
    }
    engines.put(provider.name(), options);
  }

  Set<String> names() {
    return byName.keySet();
  }

  @Nullable OptionDescription<?> find(String name) {
    return byName.get(name);
  }

  /** Returns whether a name is that of an engine of this project that is not here. */
  boolean isAbsentEngine(String name) {
    return EngineChoice.OURS.contains(name) && !engines.containsKey(name);
  }

  /** Checks the names of settings and what they may be, whether they win or not. */
  void check(Iterable<Setting> settings, ConfigurationProblems problems) {
    for (Setting setting : settings) {
      OptionDescription<?> option = byName.get(setting.name());
      if (option != null) {
        problems.catching(() -> setting.value(option));
      } else {
        EspalierException unknown = unknown(setting.name());
        if (unknown != null) {
          problems.add(setting.origin().locate(unknown));
        }
      }
    }
  }

  private @Nullable EspalierException unknown(String name) {
    if (name.startsWith(EngineSettings.optionName(""))) {
      return null; // which engine they are for is known when all settings are
    }
    Matcher matcher = OF_ENGINE.matcher(name);
    if (!matcher.matches()) {
      return NearestNames.unknown(ErrorCode.INVALID_OPTION, "setting", name, byName.keySet());
    }
    String engine = matcher.group(1);
    // One file may serve several programs, with other engines each.
    return isAbsentEngine(engine) ? null : unknownOption(engine, matcher.group(2));
  }

  private EspalierException unknownOption(String engine, String option) {
    Map<String, OptionDescription<?>> options = engines.get(engine);
    return options == null
        ? EngineChoice.unknown(engine, engines.keySet())
        : NearestNames.unknown(
            ErrorCode.INVALID_OPTION, "option of the engine " + engine, option, options.keySet());
  }

  /** Checks that the settings that won name engines that are here, and options that these know. */
  void checkEngines(EngineSettings settings, ConfigurationProblems problems) {
    Setting named = settings.find(EngineSettings.ENGINE);
    boolean auto = named.text().equals(EngineSettings.AUTO);
    if (!auto) {
      requireEngine(named, named.text(), problems);
    }
    Setting order = settings.find(EngineSettings.ENGINE_ORDER);
    List<String> names = EngineSettings.ENGINE_ORDER.type().parse(order.text());
    if (names != null) {
      names.forEach(name -> requireEngine(order, name, problems));
    }
    settings
        .commonOptions()
        .forEach(
            (name, setting) -> {
              if (auto) {
                problems.catching(
                    () -> EngineChoice.requireKnownOption(name, setting, optionNames()));
              } else if (engines.containsKey(named.text())) {
                problems.catching(() -> requireOption(named.text(), name, setting));
              }
            });
  }

  private List<Set<String>> optionNames() {
    return engines.values().stream().map(Map::keySet).toList();
  }

  private void requireEngine(Setting setting, String name, ConfigurationProblems problems) {
    if (!engines.containsKey(name)) {
      problems.add(setting.origin().locate(EngineChoice.unknown(name, engines.keySet())));
    }
  }

  private void requireOption(String engine, String name, Setting setting) {
    OptionDescription<?> option = engines.getOrDefault(engine, Map.of()).get(name);
    if (option == null) {
      throw setting.origin().locate(unknownOption(engine, name));
    }
    setting.value(option);
  }

  /** Returns what holds for all that can be set, and the given options of whichever engine. */
  List<Setting> effective(Settings given) {
    List<Setting> effective = new ArrayList<>();
    byName.forEach(
        (name, option) -> {
          Setting setting = given.find(name);
          effective.add(
              setting == null
                  ? new Setting(name, option.defaultText(), Origin.byDefault())
                  : setting);
        });
    effective.addAll(given.startingWith(EngineSettings.optionName("")));
    return effective;
  }
}
