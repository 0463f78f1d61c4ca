package dev.espalier.core.configuration;

import dev.espalier.callback.Callback;
import dev.espalier.core.ModelFile;
import dev.espalier.core.NamedWeights;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.internal.data.LimitedSource;
import dev.espalier.core.internal.engine.DeviceChoice;
import dev.espalier.core.internal.training.MonitoredLogs;
import dev.espalier.data.CroppedResizing;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.download.DownloadSettings;
import dev.espalier.download.Downloads;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.metric.Metric;
import dev.espalier.model.Model;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSource;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.training.FitOptions;
import dev.espalier.training.Step;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configuration from outside the program, validated against the known settings. Origins in
 * increasing precedence: configuration files, environment variables, command line. Values that the
 * program sets itself take precedence over all of them. Immutable.
 *
 * <pre>{@code
 * Configuration configuration = Configuration.load(registry);
 * Trainer.of(model, config -> config.engineSettings(configuration.engineSettings()), registry);
 * }</pre>
 */
public final class Configuration {
  /** The name of the configuration file that is read from the working folder. */
  public static final String FILE_NAME = "espalier.conf";

  private final PluginRegistry registry;
  private final KnownSettings known;
  private final List<ConfigurationTree> read;
  private final ConfigurationTree tree;
  private final Settings given;

  private Configuration(
      PluginRegistry registry, KnownSettings known, List<ConfigurationTree> read) {
    this.registry = registry;
    this.read = List.copyOf(read);
    this.tree = ConfigurationTree.merge(read);
    this.given = Settings.none().with(tree.settings());
    this.known = known.with(given);
  }

  /**
   * Reads {@value #FILE_NAME} from the working folder, if it exists, and the environment variables
   * of the process.
   *
   * @param registry knows the engines and their options
   * @throws EspalierException as {@link #of}
   */
  public static Configuration load(PluginRegistry registry) {
    return of(registry, sources -> sources.folder(Path.of("")).environment(System.getenv()));
  }

  /**
   * Reads the given sources and nothing else.
   *
   * @param registry knows the engines and their options
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} for a file; {@link
   *     ErrorCode#INVALID_CONFIGURATION} for a file that is not valid HOCON, or naming all settings
   *     if several are unknown or invalid; for a single one, the error code of its problem
   */
  public static Configuration of(PluginRegistry registry, Consumer<? super Sources> sources) {
    KnownSettings known = new KnownSettings(registry);
    ConfigurationProblems problems = new ConfigurationProblems();
    return new Configuration(registry, known, Sources.of(sources).read(known, problems))
        .checked(problems);
  }

  /**
   * Reads only the settings about plugins, {@link RunSettings#EXCLUDED_PLUGINS} and {@link
   * RunSettings#PLUGIN_FOLDER}. All other settings depend on the plugins and are validated when
   * those are loaded.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE}; {@link
   *     ErrorCode#INVALID_CONFIGURATION} for a file that is not valid HOCON; errors of the two
   *     settings, in particular {@link ErrorCode#UNTRUSTED_SETTING} for a plugin folder in a
   *     configuration file that was found in the working folder
   */
  public static Configuration ofPlugins(Consumer<? super Sources> sources) {
    PluginRegistry none = PluginRegistry.builder().build();
    KnownSettings known = new KnownSettings(none);
    Sources told = Sources.of(sources);
    List<SettingKey<?>> keys = List.of(RunSettings.EXCLUDED_PLUGINS, RunSettings.PLUGIN_FOLDER);
    // The other variables are checked once all plugins are loaded.
    Set<String> variables =
        keys.stream().map(key -> KnownSettings.variable(key.name())).collect(Collectors.toSet());
    told.environment.keySet().retainAll(variables);
    Configuration plugins =
        new Configuration(none, known, told.read(known, new ConfigurationProblems()));
    keys.forEach(plugins::find);
    return plugins;
  }

  private Configuration checked(ConfigurationProblems problems) {
    read.forEach(one -> known.check(one.settings(), problems));
    known.checkEngines(new EngineSettings(given), problems);
    known.checkRun(tree, given, problems);
    problems.throwIfAny();
    return this;
  }

  /**
   * Returns this configuration with further settings, such as defaults that depend on other
   * settings. Nothing is read again. If a setting is given twice, the origin with higher precedence
   * wins; if both have the same origin, the further one wins.
   *
   * @throws EspalierException as {@link #of} for invalid settings
   */
  public Configuration with(Collection<Setting> further) {
    List<ConfigurationTree> all = new ArrayList<>(read);
    all.addAll(ConfigurationTree.ofEach(further));
    return new Configuration(registry, known, all).checked(new ConfigurationProblems());
  }

  /** Returns the plugins whose settings it knows. */
  public PluginRegistry registry() {
    return registry;
  }

  /** Returns the engine settings, for a trainer or a registry. */
  public EngineSettings engineSettings() {
    return new EngineSettings(given);
  }

  /** Returns all settings in display order: what was set, else the default, else an empty text. */
  public List<Setting> settings() {
    return known.effective(tree, given);
  }

  /** Returns those of {@link #settings()} that concern engines. */
  public List<Setting> settingsOfEngines() {
    return known.effectiveForEngines(tree, given);
  }

  /** Returns a plain-text setting with its origin, or null if it is not set. */
  public @Nullable Setting setting(SettingKey<?> key) {
    return given.find(key.name());
  }

  /**
   * Returns the value of a setting, otherwise its default, otherwise null. Components are created
   * anew by each call.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} with the path if options of a
   *     component contradict each other
   */
  @SuppressWarnings("unchecked") // components create values of the option's type
  public <T> @Nullable T find(SettingKey<T> key) {
    if (key.hasComponents() && isGiven(key)) {
      return (T) ConfiguredComponent.make(key, tree, registry);
    }
    Setting setting = setting(key);
    return setting == null ? key.option().defaultValue() : setting.value(key.option());
  }

  /**
   * Returns the value of a setting, otherwise its default.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if it has neither
   */
  public <T> T get(SettingKey<T> key) {
    T value = find(key);
    if (value == null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The setting " + key.name() + " is not given.",
          "Give " + key.option().type().expected() + ": " + key.option().description());
    }
    return value;
  }

  /** Returns whether a setting, or an option of its component, is set, also to an empty list. */
  public boolean isGiven(SettingKey<?> key) {
    return tree.find(key.name()) != null;
  }

  /**
   * Checks that callbacks, and the choice of the best model, monitor values that the logs of a
   * training with these settings contain. Needs no data or model; {@code fit} checks it again.
   *
   * @param further metrics of the training in addition to those in the settings
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} with the setting, its path and the
   *     nearest names; {@link ErrorCode#INVALID_CONFIGURATION} if there are several problems
   */
  public void requireMonitoredLogs(Collection<? extends Metric> further) {
    List<String> reported = new ArrayList<>(List.of("loss"));
    get(RunSettings.METRICS).forEach(metric -> reported.addAll(metric.logNames()));
    further.forEach(metric -> reported.addAll(metric.logNames()));
    Step step = find(RunSettings.STEP);
    if (step != null) {
      reported.addAll(step.logNames());
    }
    ConfigurationProblems problems = new ConfigurationProblems();
    List<Callback> all = new ArrayList<>();
    for (SettingKey<List<Callback>> key :
        List.of(RunSettings.CALLBACKS, RunSettings.FINE_TUNING_CALLBACKS)) {
      MonitoredLogs logs = MonitoredLogs.of(reported, get(key));
      ConfiguredComponent.in(key, tree, registry)
          .forEach(one -> one.requireMonitored(logs, problems));
      all.addAll(get(key));
    }
    Setting best = setting(RunSettings.BEST_MONITOR);
    if (best != null) {
      ConfiguredComponent.requireMonitored(best, MonitoredLogs.of(reported, all), problems);
    }
    problems.throwIfAny();
  }

  /**
   * Opens a split of the configured data set.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if no data set is configured; errors
   *     of the data set if it cannot be read
   */
  public Dataset dataset(Split split) {
    return data(find(RunSettings.DATA_LOCATION)).open(split);
  }

  /**
   * Returns the configured data set at another location, to open several of its splits. Each has at
   * most as many samples as {@link RunSettings#LIMIT} and {@link RunSettings#VALIDATION_LIMIT} say.
   *
   * @param location of the data, or null for data that has none
   * @throws EspalierException as {@link #dataset(Split)}
   */
  public DatasetSource data(@Nullable Path location) {
    DatasetProvider provider = registry.dataset(get(RunSettings.DATASET));
    OptionValues options =
        options("the data set " + provider.name(), RunSettings.DATASET, provider.options());
    DatasetRequest request =
        new DatasetRequest(Split.TRAIN, location, get(RunSettings.SEED), options);
    return new LimitedSource(
        provider.source(request), get(RunSettings.LIMIT), get(RunSettings.VALIDATION_LIMIT));
  }

  /**
   * Builds or reads the configured model with the configured weights.
   *
   * @param classes number of classes of a model given by name, used if the settings have none
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if no model is configured; errors of
   *     reading the model file or the weights
   */
  public Model model(int classes) {
    String name = get(RunSettings.MODEL);
    if (ModelFile.isMeantBy(name)) {
      return resized(ModelFile.read(FileNames.path(name), registry).model());
    }
    Integer wanted = find(RunSettings.CLASSES);
    Integer size = find(RunSettings.IMAGE_SIZE);
    NamedWeights weights =
        NamedWeights.find(
            registry,
            find(RunSettings.WEIGHTS),
            name,
            true,
            Downloads.weightsFolder(System.getenv()),
            downloads(System.getenv()));
    Model model =
        registry
            .model(name)
            .create(
                ModelRequest.defaults()
                    .withClasses(wanted == null ? classes : wanted)
                    .withImageSize(size == null ? 0 : size)
                    .withDropConnectRate(find(RunSettings.DROP_CONNECT_RATE))
                    .withWeights(weights == null ? null : weights.weights())
                    .withOptions(modelOptions()));
    return resized(weights == null ? model : weights.nameClasses(model));
  }

  private Model resized(Model model) {
    Optional<CroppedResizing> resizing = find(RunSettings.RESIZE);
    return resizing == null
        ? model
        : model.withInferenceSettings(
            model.inferenceSettings().withResizing(resizing.orElse(null)));
  }

  /**
   * Returns how missing files of weights are downloaded, or null if they must not be.
   *
   * @param environment variables of the process, which may forbid downloads
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} for a mirror that is no address
   */
  public @Nullable DownloadSettings downloads(Map<String, String> environment) {
    if (!get(RunSettings.DOWNLOAD)) {
      return null;
    }
    String mirror = find(RunSettings.MIRROR);
    try {
      return DownloadSettings.of(environment).mirror(mirror == null ? null : new URI(mirror));
    } catch (URISyntaxException e) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "\"" + mirror + "\" in " + RunSettings.MIRROR.name() + " is not an address.",
          "Give the address of a folder, such as https://mirror.example.org/weights.",
          e);
    }
  }

  /**
   * Returns the configured device of an engine, by default the preferred one.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_DEVICE} listing the engine's devices
   */
  public Device device(Engine engine) {
    return DeviceChoice.choose(engine, engineSettings());
  }

  /**
   * Returns the options of the configured model, other than those that all models have.
   *
   * @return no options for a model file
   */
  public OptionValues modelOptions() {
    return options(
        "the model " + find(RunSettings.MODEL),
        RunSettings.MODEL,
        known.modelOptions(setting(RunSettings.MODEL)));
  }

  private OptionValues options(
      String owner, SettingKey<?> name, List<OptionDescription<?>> options) {
    Map<String, String> texts = new TreeMap<>();
    for (OptionDescription<?> option : options) {
      Setting setting = given.find(name.section() + "." + option.name());
      if (setting != null) {
        texts.put(option.name(), setting.text());
      }
    }
    return OptionValues.of(owner, options, texts);
  }

  /** Returns the configuration of a trainer: engine, optimizer, loss, metrics and seed. */
  public TrainingConfig trainingConfig() {
    return TrainingConfig.of(
        config -> {
          config
              .engineSettings(engineSettings())
              .seed(get(RunSettings.SEED))
              .precision(get(RunSettings.PRECISION))
              .gradientClipping(get(RunSettings.GRADIENT_CLIPPING))
              .learningRateMultipliers(get(RunSettings.LEARNING_RATE_MULTIPLIERS));
          ifGiven(RunSettings.OPTIMIZER, config::optimizer);
          ifGiven(RunSettings.LOSS, config::loss);
          config.metrics(get(RunSettings.METRICS));
          ifGiven(RunSettings.STEP, config::step);
        });
  }

  private <T> void ifGiven(SettingKey<T> key, Consumer<T> consumer) {
    T value = find(key);
    if (value != null) {
      consumer.accept(value);
    }
  }

  /**
   * Returns the fit options: epochs, batches, augmentations and callbacks, but no validation data.
   */
  public FitOptions fitOptions() {
    return FitOptions.of(
        fit -> {
          ifGiven(RunSettings.EPOCHS, fit::epochs);
          get(RunSettings.CLASS_WEIGHTS).ifPresent(fit::classWeights);
          fit.batchSize(get(RunSettings.BATCH_SIZE))
              .shuffle(get(RunSettings.SHUFFLE))
              .dropRemainder(get(RunSettings.DROP_REMAINDER))
              .validationFrequency(get(RunSettings.VALIDATION_FREQUENCY))
              .cacheFeatures(get(RunSettings.CACHE_FEATURES))
              .cachedViews(get(RunSettings.CACHED_VIEWS))
              .workers(get(RunSettings.WORKERS))
              .prefetch(get(RunSettings.PREFETCH))
              .augmentations(get(RunSettings.AUGMENTATIONS))
              .batchAugmentations(get(RunSettings.BATCH_AUGMENTATIONS))
              .callbacks(get(RunSettings.CALLBACKS))
              .verbosity(get(RunSettings.QUIET) ? Verbosity.SILENT : Verbosity.AUTO);
        });
  }

  /**
   * Returns all effective settings as a configuration file that reproduces them. Paths are
   * absolute; the output folder, which must be new for each run, is left out.
   *
   * @param engine the engine that was used, if the settings do not name one
   */
  public String toFile(String engine) {
    return ConfigurationFile.write(settings(), known, engine);
  }

  /** Collects the sources to read. Not thread-safe. */
  public static final class Sources {
    private final List<ConfigurationFile> files = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();
    private final List<Function<? super Settings, ? extends List<Setting>>> further =
        new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();

    private Sources() {}

    private static Sources of(Consumer<? super Sources> sources) {
      Sources told = new Sources();
      sources.accept(told);
      return told;
    }

    private List<ConfigurationTree> read(KnownSettings known, ConfigurationProblems problems) {
      List<ConfigurationTree> read = new ArrayList<>();
      files.forEach(file -> read.add(file.tree(known, problems)));
      read.addAll(ConfigurationTree.ofEach(known.read(environment, problems)));
      read.addAll(ConfigurationTree.ofEach(settings));
      for (Function<? super Settings, ? extends List<Setting>> more : further) {
        Settings others = Settings.none().with(ConfigurationTree.merge(read).settings());
        read.addAll(ConfigurationTree.ofEach(more.apply(others)));
      }
      return read;
    }

    /**
     * Reads {@value Configuration#FILE_NAME} from a folder, if it exists. Because nobody named this
     * file explicitly, it cannot set what code is loaded.
     */
    public Sources folder(Path folder) {
      ConfigurationFile found = ConfigurationFile.inFolder(folder);
      return found == null ? this : file(found);
    }

    /** Reads a file, which must exist; later files take precedence over earlier ones. */
    public Sources file(Path file) {
      return file(ConfigurationFile.read(file));
    }

    /** Adds a file that was already read. */
    public Sources file(ConfigurationFile file) {
      files.add(file);
      return this;
    }

    /** Reads the environment variables {@code ESPALIER_...}. */
    public Sources environment(Map<String, String> variables) {
      environment.putAll(variables);
      return this;
    }

    /** Adds settings that were already read, such as those of a command line. */
    public Sources settings(Collection<Setting> read) {
      settings.addAll(read);
      return this;
    }

    /**
     * Adds settings that are derived from others, such as defaults that depend on them.
     *
     * @param settings receives the settings from all other sources
     */
    public Sources derived(Function<? super Settings, ? extends List<Setting>> settings) {
      further.add(settings);
      return this;
    }
  }
}
