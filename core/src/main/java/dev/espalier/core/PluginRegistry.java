package dev.espalier.core;

import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.core.internal.engine.DeviceChoice;
import dev.espalier.core.internal.engine.EngineChoice;
import dev.espalier.core.internal.engine.FrozenBaseEngine;
import dev.espalier.core.internal.plugin.BuiltInPlugin;
import dev.espalier.core.internal.plugin.DiscoveredPlugin;
import dev.espalier.core.internal.plugin.PluginDiscovery;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.ImageReader;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.Initializer;
import dev.espalier.layer.Layer;
import dev.espalier.loss.Loss;
import dev.espalier.metric.Metric;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.plugin.CommandProvider;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.ExportFormat;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Plugin;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.regularizer.Regularizer;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.training.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up by name what plugins contribute: engines, models, data sets, weight file and export
 * formats, layer types, augmentations, callbacks, losses, metrics, optimizers, schedules,
 * initializers, activations, commands. Creating a registry only reads service files and asks each
 * plugin for its lists: it loads no native library and does not access the network. Immutable and
 * thread-safe.
 */
public final class PluginRegistry {
  private static final Logger log = LoggerFactory.getLogger(PluginRegistry.class);

  private final Map<String, PluginDescription> plugins;
  private final Map<String, EngineProvider> engines;
  private final Map<String, ModelProvider> models;
  private final Map<String, DatasetProvider> datasets;
  private final Map<String, WeightFormat> weightFormats;
  private final WeightFiles weightFiles;
  private final Map<String, ExportFormat> exportFormats;
  private final Map<String, Class<? extends Layer>> layerTypes;
  private final List<Class<?>> valueTypes;
  private final Map<Class<?>, Components<?>> components = new LinkedHashMap<>();
  private final Map<String, CommandProvider> commands;
  private final List<EspalierException> problems;
  private final PluginCatalog catalog;
  private @Nullable List<PretrainedWeights> pretrainedWeights;
  private @Nullable ImageReader imageReader;

  private PluginRegistry(PluginCatalog catalog, List<EspalierException> problems) {
    this.catalog = catalog;
    this.plugins = catalog.descriptions();
    this.engines = catalog.named(PluginKind.ENGINE);
    this.models = catalog.named(PluginKind.MODEL);
    this.datasets = catalog.named(PluginKind.DATASET);
    this.weightFormats = catalog.named(PluginKind.WEIGHT_FORMAT);
    this.weightFiles = new WeightFiles(weightFormats);
    this.exportFormats = catalog.named(PluginKind.EXPORT_FORMAT);
    this.layerTypes = catalog.named(PluginKind.LAYER);
    add(Augmentation.class, PluginKind.AUGMENTATION);
    add(BatchAugmentation.class, PluginKind.BATCH_AUGMENTATION);
    add(Callback.class, PluginKind.CALLBACK);
    add(Loss.class, PluginKind.LOSS);
    add(Metric.class, PluginKind.METRIC);
    add(Optimizer.class, PluginKind.OPTIMIZER);
    add(LearningRateSchedule.class, PluginKind.SCHEDULE);
    add(Step.class, PluginKind.STEP);
    add(Regularizer.class, PluginKind.REGULARIZER);
    add(Initializer.class, PluginKind.INITIALIZER);
    add(Activation.class, PluginKind.ACTIVATION);
    this.valueTypes =
        Stream.of(
                PluginKind.INITIALIZER_CLASS,
                PluginKind.ACTIVATION_CLASS,
                PluginKind.REGULARIZER_CLASS)
            .<Class<?>>flatMap(kind -> catalog.named(kind).values().stream())
            .toList();
    this.commands = catalog.named(PluginKind.COMMAND);
    this.problems = List.copyOf(problems);
  }

  private <T> void add(Class<T> type, PluginKind<Component<T>> kind) {
    components.put(type, new Components<>(kind.words(), catalog.named(kind), this::withFailures));
  }

  /**
   * Returns a registry of the plugins on the class path: those visible to the thread's context
   * class loader and to the class loader of this class.
   *
   * @throws EspalierException {@link ErrorCode#DUPLICATE_NAME} as {@link Builder#build()}
   */
  public static PluginRegistry discover() {
    return builder().discover().build();
  }

  /** Returns a builder that knows only the built-in components. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the ids of the plugins, including the built-in one. */
  public List<String> pluginIds() {
    return List.copyOf(plugins.keySet());
  }

  /** Returns the plugins, the built-in one first, with what each contributes. */
  public List<PluginDescription> plugins() {
    return List.copyOf(plugins.values());
  }

  /** Returns an error for each plugin that could not be loaded or failed. */
  public List<EspalierException> problems() {
    return problems;
  }

  /** Returns the engines in the order of their plugins. */
  public List<EngineProvider> engines() {
    return List.copyOf(engines.values());
  }

  /**
   * Returns an engine.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} listing the nearest names, like all
   *     methods that take a name
   */
  public EngineProvider engine(String name) {
    return find(engines, name, EngineChoice::unknown);
  }

  /**
   * Returns the engine named in the settings. For {@code auto}, returns the first usable engine in
   * the order given in the settings, or by default the fastest usable one for the device, and loads
   * no engine. For {@code fastest}, loads the usable engines and measures them, unless it has done
   * so on this machine before; the result is kept in the {@link dev.espalier.engine.CacheFolder}.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} for an unknown engine; {@link
   *     ErrorCode#INVALID_OPTION} for an option that no engine knows; {@link
   *     ErrorCode#ENGINE_UNAVAILABLE} with the reasons of all engines if none works on this
   *     machine; {@link ErrorCode#UNKNOWN_DEVICE} if a GPU is requested and no engine can use one
   */
  public EngineProvider chooseEngine(EngineSettings settings) {
    try {
      return EngineChoice.choose(engines.values(), settings);
    } catch (EspalierException e) {
      boolean missing =
          e.code() == ErrorCode.UNKNOWN_NAME || e.code() == ErrorCode.ENGINE_UNAVAILABLE;
      throw missing ? withFailures(e) : e;
    }
  }

  /**
   * Opens the engine of {@link #chooseEngine}, for several trainers or to query its version. On the
   * CPU, it leaves the frozen base of a model in training to the engine of {@link
   * EngineSettings#FROZEN_BASE_ENGINE}, which is loaded when there is such a base. The caller must
   * close it.
   *
   * @throws EspalierException as {@link #chooseEngine}; errors of the engine if it cannot be
   *     loaded; {@link ErrorCode#UNKNOWN_DEVICE} if it does not have the device named in the
   *     settings
   */
  public Engine openEngine(EngineSettings settings) {
    Engine engine = DeviceChoice.open(chooseEngine(settings), settings);
    try {
      return FrozenBaseEngine.of(engine, engines.values(), settings);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /** Returns the models in the order of their plugins. */
  public List<ModelProvider> models() {
    return List.copyOf(models.values());
  }

  /** Returns a model. */
  public ModelProvider model(String name) {
    return find(models, name, unknown("model"));
  }

  /** Returns the data sets in the order of their plugins. */
  public List<DatasetProvider> datasets() {
    return List.copyOf(datasets.values());
  }

  /** Returns a data set. */
  public DatasetProvider dataset(String name) {
    return find(datasets, name, unknown("data set"));
  }

  /** Returns the weight file formats in the order of their plugins. */
  public List<WeightFormat> weightFormats() {
    return List.copyOf(weightFormats.values());
  }

  /** Returns a weight file format. */
  public WeightFormat weightFormat(String name) {
    return find(weightFormats, name, unknown("weight format"));
  }

  /** Returns the formats that models are exported in, in the order of their plugins. */
  public List<ExportFormat> exportFormats() {
    return List.copyOf(exportFormats.values());
  }

  /**
   * Returns a format that models are exported in.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME}, for a format of Espalier with the
   *     artifact that brings it
   */
  public ExportFormat exportFormat(String name) {
    return find(exportFormats, name, ModelExport::unknown);
  }

  /**
   * Returns the published weights that are known by name, in the order of their plugins, which are
   * asked at the first call.
   *
   * @throws EspalierException {@link ErrorCode#PLUGIN_FAILED} or {@link ErrorCode#DUPLICATE_NAME}
   *     if a plugin fails or two of them list the same weights
   */
  public synchronized List<PretrainedWeights> pretrainedWeights() {
    if (pretrainedWeights == null) {
      pretrainedWeights = List.copyOf(catalog.ask(PluginKind.PRETRAINED_WEIGHTS).values());
    }
    return pretrainedWeights;
  }

  /**
   * Returns what decodes image files: the first that a plugin brings. Plugins are asked at the
   * first call.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} if no plugin brings one; {@link
   *     ErrorCode#PLUGIN_FAILED} if a plugin fails
   */
  public synchronized ImageReader imageReader() {
    if (imageReader == null) {
      imageReader =
          catalog.ask(PluginKind.IMAGE_READER).values().stream()
              .findFirst()
              .orElseThrow(
                  () ->
                      new EspalierException(
                          ErrorCode.UNKNOWN_NAME,
                          "No plugin decodes image files.",
                          "Add the artifact espalier-datasets, or decode the images yourself."));
    }
    return imageReader;
  }

  /** Returns the layer types by their name in model files, which is the class name. */
  public Map<String, Class<? extends Layer>> layerTypes() {
    return layerTypes;
  }

  /** Returns a layer type by its name in model files. */
  public Class<? extends Layer> layerType(String name) {
    return find(layerTypes, name, unknown("type of layer"));
  }

  /** Returns the augmentations, by name. */
  public Components<Augmentation> augmentations() {
    return components(Augmentation.class);
  }

  /** Returns the augmentations of whole batches, by name. */
  public Components<BatchAugmentation> batchAugmentations() {
    return components(BatchAugmentation.class);
  }

  /** Returns the callbacks, by name. */
  public Components<Callback> callbacks() {
    return components(Callback.class);
  }

  /** Returns the losses, by name. */
  public Components<Loss> losses() {
    return components(Loss.class);
  }

  /** Returns the metrics, by name. */
  public Components<Metric> metrics() {
    return components(Metric.class);
  }

  /** Returns the optimizers, by name. */
  public Components<Optimizer> optimizers() {
    return components(Optimizer.class);
  }

  /** Returns the learning rate schedules, by name. */
  public Components<LearningRateSchedule> schedules() {
    return components(LearningRateSchedule.class);
  }

  /** Returns the training steps, by name. */
  public Components<Step> steps() {
    return components(Step.class);
  }

  /** Returns the regularizers, by name. */
  public Components<Regularizer> regularizers() {
    return components(Regularizer.class);
  }

  /** Returns the initializers, by name. */
  public Components<Initializer> initializers() {
    return components(Initializer.class);
  }

  /** Returns the activations, by name. */
  public Components<Activation> activations() {
    return components(Activation.class);
  }

  /** Returns the non-layer classes that may occur in model files. */
  List<Class<?>> valueTypes() {
    return valueTypes;
  }

  /**
   * Returns the components that create objects of a type, by name.
   *
   * @param type such as {@code LearningRateSchedule.class}, for an option whose value is a schedule
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} for a type that is not a kind of
   *     component
   */
  @SuppressWarnings("unchecked") // each type is paired with the components that create it
  public <T> Components<T> components(Class<T> type) {
    Components<?> found = components.get(type);
    if (found == null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Plugins cannot provide components of type " + type.getName() + ".",
          "An option can take one of these kinds: "
              + components.values().stream().map(Components::kind).collect(Collectors.joining(", "))
              + ".");
    }
    return (Components<T>) found;
  }

  /** Returns the subcommands of plugins in the order of their plugins. */
  public List<CommandProvider> commands() {
    return List.copyOf(commands.values());
  }

  /**
   * Reads a weight file with the first format that recognizes it. The metadata contains the file
   * name under {@link WeightTransfer#FILE_KEY} and, if a {@code config.json} of the Hugging Face
   * Hub is in the same folder, the model's name there under {@link WeightNames#ARCHITECTURE_KEY}.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} if the file does not exist;
   *     {@link ErrorCode#INVALID_WEIGHT_FILE} if no format recognizes it or it is damaged
   */
  public Weights readWeights(Path given) {
    return weightFiles.read(given);
  }

  /**
   * Returns the first format that recognizes a weight file.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} if the file does not exist;
   *     {@link ErrorCode#INVALID_WEIGHT_FILE} if no format recognizes it
   */
  public WeightFormat weightFormatOf(Path given) {
    return weightFiles.formatOf(given);
  }

  /** Returns the first format that recognizes a file, empty if none does. */
  Optional<WeightFormat> findWeightFormat(Path file) {
    return weightFiles.findFormat(file);
  }

  private static BiFunction<String, Collection<String>, EspalierException> unknown(String kind) {
    return (name, known) -> NearestNames.unknown(ErrorCode.UNKNOWN_NAME, kind, name, known);
  }

  private <T> T find(
      Map<String, T> known,
      String name,
      BiFunction<String, Collection<String>, EspalierException> error) {
    T found = known.get(name);
    if (found != null) {
      return found;
    }
    throw withFailures(error.apply(name, known.keySet()));
  }

  /** Adds the failed plugins to the error, since one of them may contain the missing name. */
  private EspalierException withFailures(EspalierException missing) {
    if (problems.isEmpty()) {
      return missing;
    }
    String failed =
        problems.stream().map(EspalierException::problem).collect(Collectors.joining(" "));
    return new EspalierException(
        missing.code(), missing.problem() + " " + failed, missing.remedy());
  }

  @Override
  public String toString() {
    return "PluginRegistry " + pluginIds();
  }

  /** Configures where to look for plugins and which to exclude. Not thread-safe. */
  public static final class Builder {
    private final List<DiscoveredPlugin> added = new ArrayList<>();
    private final Set<ClassLoader> loaders = new LinkedHashSet<>();
    private final List<EspalierException> found = new ArrayList<>();
    private final Set<String> excluded = new LinkedHashSet<>();
    private boolean strict;

    private Builder() {}

    /** Adds the plugins that {@link PluginRegistry#discover()} finds. */
    public Builder discover() {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      if (context != null) {
        loaders.add(context);
      }
      ClassLoader own = PluginRegistry.class.getClassLoader();
      return own == null ? this : discover(own);
    }

    /** Adds the plugins visible to a class loader, including its parents. */
    public Builder discover(ClassLoader loader) {
      loaders.add(loader);
      return this;
    }

    /** Adds the plugins in a plugin folder, which must stay open while they are used. */
    public Builder discover(PluginFolder folder) {
      loaders.addAll(folder.classLoaders());
      found.addAll(folder.problems());
      return this;
    }

    /** Adds a plugin; it replaces a discovered one of the same class. */
    public Builder add(Plugin plugin) {
      added.add(new DiscoveredPlugin(plugin, DiscoveredPlugin.ADDED));
      return this;
    }

    /** Excludes the plugin with an id, wherever it was found. */
    public Builder exclude(String pluginId) {
      excluded.add(pluginId);
      return this;
    }

    /**
     * Sets whether a failing plugin makes {@link #build()} fail; by default it is skipped and
     * reported in {@link PluginRegistry#problems()}.
     */
    public Builder strict(boolean value) {
      strict = value;
      return this;
    }

    /**
     * Returns the registry.
     *
     * @throws EspalierException {@link ErrorCode#DUPLICATE_NAME} if several plugins contribute the
     *     same names, listing all of them, their plugins and jars, and how to exclude one; {@link
     *     ErrorCode#PLUGIN_FAILED} if strict and a plugin fails
     */
    public PluginRegistry build() {
      List<EspalierException> problems = new ArrayList<>(found);
      PluginCatalog catalog = new PluginCatalog(excluded, problems);
      catalog.add(new DiscoveredPlugin(new BuiltInPlugin(), "espalier-core"));
      // The same class, seen through several class loaders, is one plugin.
      Set<Class<?>> seen = new LinkedHashSet<>();
      for (DiscoveredPlugin plugin : added) {
        seen.add(plugin.plugin().getClass());
        catalog.add(plugin);
      }
      for (ClassLoader loader : loaders) {
        PluginDiscovery discovery = new PluginDiscovery(loader);
        for (EspalierException problem : discovery.problems()) {
          if (problems.stream().noneMatch(p -> p.problem().equals(problem.problem()))) {
            problems.add(problem);
          }
        }
        for (DiscoveredPlugin plugin : discovery.plugins()) {
          if (seen.add(plugin.plugin().getClass())) {
            catalog.add(plugin);
          }
        }
      }
      if (strict && !problems.isEmpty()) {
        throw allOf(problems);
      }
      catalog.requireNoConflict();
      for (EspalierException problem : problems) {
        log.warn("{}", problem.getMessage());
      }
      log.debug("Plugins: {}", catalog.descriptions().values());
      return new PluginRegistry(catalog, problems);
    }

    private static EspalierException allOf(List<EspalierException> problems) {
      EspalierException all =
          new EspalierException(
              ErrorCode.PLUGIN_FAILED,
              problems.stream().map(EspalierException::problem).collect(Collectors.joining(" ")),
              "Update, remove or exclude the plugins that fail.");
      problems.forEach(all::addSuppressed);
      return all;
    }
  }
}
