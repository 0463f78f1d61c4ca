package dev.espalier.core.configuration;

import dev.espalier.core.ModelFile;
import dev.espalier.core.NamedWeights;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All known settings by name, with the allowed values. Immutable. */
final class KnownSettings {
  private static final String MODEL = "model.";
  private static final String DATA = "data.";
  private static final Pattern OF_ENGINE = Pattern.compile("engines\\.([^.]+)\\.(.+)");

  private final Map<String, OptionDescription<?>> byName = new LinkedHashMap<>();
  private final Map<String, Map<String, OptionDescription<?>>> engines = new TreeMap<>();

  private final PluginRegistry registry;
  private final ComponentBinder binder;

  KnownSettings(PluginRegistry registry) {
    this.registry = registry;
    this.binder = new ComponentBinder(registry);
    EngineSettings.descriptions().forEach(option -> byName.put(option.name(), option));
    RunSettings.keys().forEach(key -> byName.put(key.name(), key.option()));
    registry.engines().stream()
        .sorted(Comparator.comparing(EngineProvider::name))
        .forEach(this::add);
  }

  private KnownSettings(KnownSettings general, Settings given) {
    this.registry = general.registry;
    this.binder = general.binder;
    byName.putAll(general.byName);
    engines.putAll(general.engines);
    modelOptions(given.find(RunSettings.MODEL.name()))
        .forEach(option -> byName.putIfAbsent(MODEL + option.name(), option));
    datasetOptions(given.find(RunSettings.DATASET.name()))
        .forEach(option -> byName.putIfAbsent(DATA + option.name(), option));
  }

  /** Returns these settings and the options of the configured model and data set. */
  KnownSettings with(Settings given) {
    return new KnownSettings(this, given);
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

  ComponentBinder binder() {
    return binder;
  }

  /** Returns the tree of a setting, with short forms expanded. */
  ConfigurationTree tree(Setting setting) {
    return ComponentPlace.writtenOut(ConfigurationTree.of(setting), registry);
  }

  /** Returns the tree of a file, with short forms expanded. */
  ConfigurationTree tree(ConfigurationText text, ConfigurationProblems problems) {
    return ComponentPlace.writtenOut(ConfigurationFile.read(text, this, problems), registry);
  }

  /** Merges trees by precedence; of equal precedence, the later wins. */
  ConfigurationTree merge(List<ConfigurationTree> read) {
    List<ConfigurationTree> byStrength =
        read.stream()
            .filter(tree -> tree.source() != null)
            .sorted(Comparator.comparing(ConfigurationTree::source))
            .toList();
    return ComponentPlace.merge(byStrength, registry);
  }

  @Nullable OptionDescription<?> find(String name) {
    return byName.get(name);
  }

  /**
   * Returns whether a name is that of one of Espalier's own engines that is not on the class path.
   */
  boolean isAbsentEngine(String name) {
    return EngineChoice.OURS.contains(name) && !engines.containsKey(name);
  }

  /** Checks names and values of settings, including those that are overridden. */
  void check(Iterable<Setting> settings, ConfigurationProblems problems) {
    for (Setting setting : settings) {
      if (problems.isFull()) {
        return;
      }
      OptionDescription<?> option = byName.get(setting.name());
      if (option != null) {
        problems.catching(() -> setting.value(option));
      } else if (ComponentPlace.keyOf(setting.name()) == null) {
        EspalierException unknown = unknown(setting.name());
        if (unknown != null) {
          problems.add(setting.origin().locate(unknown));
        }
      }
    }
  }

  /** Checks components, and that the configured model and data set exist. */
  void checkRun(ConfigurationTree tree, Settings settings, ConfigurationProblems problems) {
    for (SettingKey<?> key : RunSettings.components()) {
      binder.check(key, tree, problems);
    }
    Setting dataset = settings.find(RunSettings.DATASET.name());
    if (dataset != null) {
      problems.catching(dataset.origin(), () -> registry.dataset(dataset.text()));
    }
    Setting model = settings.find(RunSettings.MODEL.name());
    if (model != null && !ModelFile.isMeantBy(model.text())) {
      problems.catching(model.origin(), () -> requireModel(model.text()));
    }
  }

  private void requireModel(String name) {
    try {
      registry.model(name);
    } catch (EspalierException e) {
      throw new EspalierException(
          e.code(), e.problem(), e.remedy() + " A model file ends in .safetensors, .keras or .h5.");
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

  private @Nullable EspalierException unknown(String name) {
    if (name.startsWith(EngineSettings.optionName(""))) {
      return null; // the engine it belongs to is known once all settings are read
    }
    Matcher matcher = OF_ENGINE.matcher(name);
    if (!matcher.matches()) {
      return NearestNames.unknown(ErrorCode.INVALID_OPTION, "setting", name, byName.keySet());
    }
    String engine = matcher.group(1);
    // One file may serve several programs that use different engines.
    return isAbsentEngine(engine) ? null : unknownOption(engine, matcher.group(2));
  }

  private EspalierException unknownOption(String engine, String option) {
    Map<String, OptionDescription<?>> options = engines.get(engine);
    return options == null
        ? EngineChoice.unknown(engine, engines.keySet())
        : NearestNames.unknown(
            ErrorCode.INVALID_OPTION, "option of the engine " + engine, option, options.keySet());
  }

  /** Checks that the effective settings name available engines and options known to them. */
  void checkEngines(EngineSettings settings, ConfigurationProblems problems) {
    Setting named = settings.find(EngineSettings.ENGINE);
    boolean auto = settings.isEngineChosen();
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

  /** Returns the effective settings that concern engines. */
  List<Setting> effectiveForEngines(ConfigurationTree tree, Settings given) {
    return effective(tree, given).stream()
        .filter(one -> !one.name().contains(".") || one.name().startsWith("engine"))
        .filter(one -> ComponentPlace.keyOf(one.name()) == null)
        .toList();
  }

  /** Returns all effective settings, including the given options of every engine. */
  List<Setting> effective(ConfigurationTree tree, Settings given) {
    List<Setting> effective = new ArrayList<>();
    byName.forEach((name, option) -> effective.add(effective(given, name, option)));
    effective.addAll(given.startingWith(EngineSettings.optionName("")));
    for (SettingKey<?> key : RunSettings.components()) {
      effective.addAll(binder.effective(key, tree));
    }
    return effective;
  }

  private static Setting effective(Settings given, String name, OptionDescription<?> option) {
    Setting setting = given.find(name);
    return setting == null ? new Setting(name, option.defaultText(), Origin.byDefault()) : setting;
  }

  /** Returns whether a text is the name of published weights, or none, rather than a file. */
  boolean isNameOfWeights(String text) {
    return NamedWeights.isName(registry, text);
  }
}
