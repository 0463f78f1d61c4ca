package dev.espalier.core.configuration;

import dev.espalier.core.ModelFile;
import dev.espalier.core.NamedWeights;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.internal.engine.EngineChoice;
import dev.espalier.engine.CacheFolder;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.error.PrintableText;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All known settings by name, with the allowed values: those of runs, of engines, and of the model
 * and the data set that are configured. Checks settings, and reads those in environment variables:
 * {@code ESPALIER_ENGINES_ABC_MAX_STREAMS} sets {@code engines.abc.max-streams}. Immutable.
 */
final class KnownSettings {
  private static final Logger log = LoggerFactory.getLogger(KnownSettings.class);
  private static final String PREFIX = "ESPALIER_";
  private static final String ENGINE_PREFIX = "ESPALIER_ENGINE";

  /** Variables that are not settings: the launcher and the command read the last two. */
  private static final Set<String> NO_SETTINGS =
      Set.of(CacheFolder.VARIABLE, "ESPALIER_JAVA_OPTS", "ESPALIER_PLUGINS");

  private static final String MODEL = "model.";
  private static final String DATA = "data.";
  private static final Pattern OF_ENGINE = Pattern.compile("engines\\.([^.]+)\\.(.+)");

  private final Map<String, OptionDescription<?>> byName = new LinkedHashMap<>();
  private final Map<String, Map<String, OptionDescription<?>>> engines = new TreeMap<>();

  private final PluginRegistry registry;

  KnownSettings(PluginRegistry registry) {
    this.registry = registry;
    EngineSettings.descriptions().forEach(option -> byName.put(option.name(), option));
    RunSettings.keys().forEach(key -> byName.put(key.name(), key.option()));
    registry.engines().stream()
        .sorted(Comparator.comparing(EngineProvider::name))
        .forEach(this::add);
  }

  private KnownSettings(KnownSettings general, Settings given) {
    this.registry = general.registry;
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

  /** Returns the environment variable of a setting. */
  static String variable(String name) {
    return PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** Returns the settings of variables, in their order. An empty variable counts as unset. */
  List<Setting> read(Map<String, String> environment, ConfigurationProblems problems) {
    Map<String, String> names = new TreeMap<>();
    byName.keySet().forEach(name -> names.put(variable(name), name));
    List<Setting> settings = new ArrayList<>();
    environment.forEach(
        (variable, text) -> {
          String name = names.get(variable);
          if (text.isEmpty() || !variable.startsWith(PREFIX)) {
            return;
          }
          if (name != null) {
            settings.add(new Setting(name, text, Origin.environment(variable)));
          } else if (!NO_SETTINGS.contains(variable) && !isForAbsentEngine(variable)) {
            tellUnknown(variable, names.keySet(), problems);
          }
        });
    return settings;
  }

  private boolean isForAbsentEngine(String variable) {
    return EngineChoice.OURS.stream()
        .filter(this::isAbsentEngine)
        .anyMatch(engine -> variable.startsWith(variable(EngineSettings.optionName(engine, ""))));
  }

  /**
   * An unknown variable below ENGINES is an error. Any other gets a warning, because other programs
   * may use our prefix too.
   */
  private static void tellUnknown(
      String variable, Set<String> known, ConfigurationProblems problems) {
    if (variable.startsWith(ENGINE_PREFIX)) {
      problems.add(
          NearestNames.unknown(
              ErrorCode.INVALID_OPTION, "setting for an environment variable", variable, known));
    } else {
      log.warn(
          "The environment variable {} is no setting; the nearest that is one: {}",
          PrintableText.of(variable),
          NearestNames.sorted(variable, known).get(0));
    }
  }

  @Nullable OptionDescription<?> find(String name) {
    return byName.get(name);
  }

  /**
   * Returns whether a name is that of one of Espalier's own engines that is not on the class path.
   */
  private boolean isAbsentEngine(String name) {
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
      } else if (RunSettings.componentsAt(setting.name()) == null) {
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
      ConfiguredComponent.check(key, tree, registry, problems);
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
        .<OptionDescription<?>>flatMap(model -> model.options().stream())
        .toList();
  }

  private List<OptionDescription<?>> datasetOptions(@Nullable Setting named) {
    return registry.datasets().stream()
        .filter(dataset -> named != null && dataset.name().equals(named.text()))
        .<OptionDescription<?>>flatMap(dataset -> dataset.options().stream())
        .toList();
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
        .filter(one -> RunSettings.componentsAt(one.name()) == null)
        .toList();
  }

  /** Returns all effective settings, including the given options of every engine. */
  List<Setting> effective(ConfigurationTree tree, Settings given) {
    List<Setting> effective = new ArrayList<>();
    byName.forEach((name, option) -> effective.add(effective(given, name, option)));
    effective.addAll(given.startingWith(EngineSettings.optionName("")));
    for (SettingKey<?> key : RunSettings.components()) {
      effective.addAll(ConfiguredComponent.effective(key, tree, registry));
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
