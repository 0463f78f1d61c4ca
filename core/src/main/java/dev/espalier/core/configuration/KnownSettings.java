package dev.espalier.core.configuration;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
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
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.ModelProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All that can be set, by name, with what each may be. Immutable. */
final class KnownSettings {
  private static final String MODEL = "model.";
  private static final String DATA = "data.";
  private static final Pattern OF_ENGINE = Pattern.compile("engines\\.([^.]+)\\.(.+)");

  private final Map<String, OptionDescription<?>> byName = new LinkedHashMap<>();
  private final Map<String, Map<String, OptionDescription<?>>> engines = new TreeMap<>();

  private final PluginRegistry registry;
  private final List<SlotNames> slots;

  KnownSettings(PluginRegistry registry) {
    this.registry = registry;
    this.slots = SlotNames.all(registry);
    EngineSettings.descriptions().forEach(option -> byName.put(option.name(), option));
    PluginSettings.keys().forEach(key -> byName.put(key.name(), key.option()));
    RunSettings.keys().forEach(key -> byName.put(key.name(), key.option()));
    registry.engines().stream()
        .sorted(Comparator.comparing(EngineProvider::name))
        .forEach(this::add);
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

  /** Returns settings of the flat form for one that may be of the short form. */
  List<Setting> expand(Setting setting) {
    if (setting.name().chars().filter(c -> c == '.').count() > ConfigurationLimits.DEPTH) {
      throw setting
          .origin()
          .locate(
              new EspalierException(
                  ErrorCode.INVALID_OPTION,
                  "A setting has more than "
                      + ConfigurationLimits.DEPTH
                      + " levels: "
                      + setting.name()
                      + ".",
                  "Shorten its name, or leave it out."));
    }
    return SlotNames.expand(setting, slots);
  }

  /** Returns what wins of all that was read. */
  Settings merge(List<Setting> read) {
    return ComponentSettings.withoutReplaced(Settings.none().with(read), read, slots);
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
      if (problems.isFull()) {
        return;
      }
      if (isCheckedLater(setting.name())) {
        continue;
      }
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

  /** What options a component, model or data set has is known when it is known which it is. */
  private boolean isCheckedLater(String name) {
    boolean ofModelOrData = isOption(name, MODEL) || isOption(name, DATA);
    return SlotNames.slotOf(name) != null || (ofModelOrData && !byName.containsKey(name));
  }

  private static boolean isOption(String name, String section) {
    return name.startsWith(section) && name.indexOf('.', section.length()) < 0;
  }

  /** Checks slots, and what belongs to the model and the data set that the settings name. */
  void checkRun(Settings settings, ConfigurationProblems problems) {
    for (ComponentSlot<?> slot : RunSettings.slots()) {
      new ComponentSettings<>(slot, registry).check(settings, problems);
    }
    Setting dataset = settings.find(RunSettings.DATASET.name());
    if (dataset != null) {
      problems.catching(() -> located(dataset, () -> registry.dataset(dataset.text())));
    }
    Setting model = settings.find(RunSettings.MODEL.name());
    if (model != null && !ModelFile.isMeantBy(model.text())) {
      problems.catching(() -> located(model, () -> requireModel(model.text())));
    }
    checkOptions(settings, MODEL, modelOptions(model), problems);
    checkOptions(settings, DATA, datasetOptions(dataset), problems);
  }

  private void requireModel(String name) {
    try {
      registry.model(name);
    } catch (EspalierException e) {
      throw new EspalierException(
          e.code(), e.problem(), e.remedy() + " A model file ends in .safetensors.");
    }
  }

  private static void located(Setting setting, Runnable check) {
    try {
      check.run();
    } catch (EspalierException e) {
      throw setting.origin().locate(e);
    }
  }

  List<OptionDescription<?>> modelOptions(@Nullable Setting named) {
    return registry.models().stream()
        .filter(model -> named != null && model.name().equals(named.text()))
        .findFirst()
        .<List<OptionDescription<?>>>map(ModelProvider::options)
        .orElse(List.of());
  }

  List<OptionDescription<?>> datasetOptions(@Nullable Setting named) {
    return registry.datasets().stream()
        .filter(dataset -> named != null && dataset.name().equals(named.text()))
        .findFirst()
        .<List<OptionDescription<?>>>map(DatasetProvider::options)
        .orElse(List.of());
  }

  private void checkOptions(
      Settings settings,
      String section,
      List<OptionDescription<?>> options,
      ConfigurationProblems problems) {
    Map<String, OptionDescription<?>> known = new TreeMap<>();
    options.forEach(option -> known.put(section + option.name(), option));
    for (Setting setting : settings.startingWith(section)) {
      OptionDescription<?> option = known.get(setting.name());
      if (option != null) {
        problems.catching(() -> setting.value(option));
      } else if (!byName.containsKey(setting.name()) && isOption(setting.name(), section)) {
        Set<String> names = new TreeSet<>(known.keySet());
        names.addAll(byName.keySet());
        problems.add(
            setting
                .origin()
                .locate(
                    NearestNames.unknown(
                        ErrorCode.INVALID_OPTION, "setting", setting.name(), names)));
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
                engines.values().stream()
                    .map(options -> options.get(name))
                    .filter(option -> option != null && option.loadsCode())
                    .findFirst()
                    .ifPresent(option -> problems.catching(() -> setting.requireTrusted(option)));
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

  /** Returns what holds for everything about engines. */
  List<Setting> effectiveForEngines(Settings given) {
    return effective(given).stream()
        .filter(one -> !one.name().contains(".") || one.name().startsWith("engine"))
        .filter(one -> SlotNames.slotOf(one.name()) == null)
        .toList();
  }

  /** Returns what holds for all that can be set, and the given options of whichever engine. */
  List<Setting> effective(Settings given) {
    List<Setting> effective = new ArrayList<>();
    byName.forEach((name, option) -> effective.add(effective(given, name, option)));
    effective.addAll(given.startingWith(EngineSettings.optionName("")));
    modelOptions(given.find(RunSettings.MODEL.name()))
        .forEach(option -> effective.add(effective(given, MODEL + option.name(), option)));
    datasetOptions(given.find(RunSettings.DATASET.name()))
        .forEach(option -> effective.add(effective(given, DATA + option.name(), option)));
    for (ComponentSlot<?> slot : RunSettings.slots()) {
      effective.addAll(new ComponentSettings<>(slot, registry).effective(given));
    }
    return effective;
  }

  private static Setting effective(Settings given, String name, OptionDescription<?> option) {
    Setting setting = given.find(name);
    return setting == null ? new Setting(name, option.defaultText(), Origin.byDefault()) : setting;
  }
}
