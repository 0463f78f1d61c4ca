package dev.espalier.core;

import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.ImageReader;
import dev.espalier.engine.EngineProvider;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Initializer;
import dev.espalier.layer.Layer;
import dev.espalier.loss.Loss;
import dev.espalier.metric.Metric;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A kind of component or provider that plugins contribute. A new kind only needs to be added to the
 * list below.
 *
 * @param words display name, such as {@code data set}
 * @param provided returns what a plugin contributes of this kind
 * @param name returns the name of one entry
 * @param <T> the type of the entries
 */
record PluginKind<T>(
    String words, Function<Plugin, List<T>> provided, Function<? super T, String> name) {
  static final PluginKind<EngineProvider> ENGINE =
      new PluginKind<>("engine", Plugin::engines, EngineProvider::name);
  static final PluginKind<ModelProvider> MODEL =
      new PluginKind<>("model", Plugin::models, ModelProvider::name);
  static final PluginKind<DatasetProvider> DATASET =
      new PluginKind<>("data set", Plugin::datasets, DatasetProvider::name);
  static final PluginKind<WeightFormat> WEIGHT_FORMAT =
      new PluginKind<>("weight format", Plugin::weightFormats, WeightFormat::name);

  static final PluginKind<ExportFormat> EXPORT_FORMAT =
      new PluginKind<>("export format", Plugin::exportFormats, ExportFormat::name);

  /** Not in {@link #ALL}: plugins are asked only when weights are looked up by name. */
  static final PluginKind<PretrainedWeights> PRETRAINED_WEIGHTS =
      new PluginKind<>("pretrained weights", Plugin::pretrainedWeights, PretrainedWeights::id);

  /** Not in {@link #ALL}, like {@link #PRETRAINED_WEIGHTS}; users do not choose it by a name. */
  static final PluginKind<ImageReader> IMAGE_READER =
      new PluginKind<>(
          "image reader", Plugin::imageReaders, reader -> reader.getClass().getSimpleName());

  static final PluginKind<Class<? extends Layer>> LAYER =
      new PluginKind<>("type of layer", Plugin::layers, Class::getSimpleName);
  static final PluginKind<Component<Augmentation>> AUGMENTATION =
      components("augmentation", Plugin::augmentations);
  static final PluginKind<Component<BatchAugmentation>> BATCH_AUGMENTATION =
      components("batch augmentation", Plugin::batchAugmentations);
  static final PluginKind<Component<Callback>> CALLBACK = components("callback", Plugin::callbacks);
  static final PluginKind<Component<Loss>> LOSS = components("loss", Plugin::losses);
  static final PluginKind<Component<Metric>> METRIC = components("metric", Plugin::metrics);
  static final PluginKind<Component<Optimizer>> OPTIMIZER =
      components("optimizer", Plugin::optimizers);
  static final PluginKind<Component<LearningRateSchedule>> SCHEDULE =
      components("schedule", Plugin::schedules);
  static final PluginKind<Component<Step>> STEP = components("step", Plugin::steps);
  static final PluginKind<Component<Initializer>> INITIALIZER =
      components("initializer", Plugin::initializers);
  static final PluginKind<Component<Activation>> ACTIVATION =
      components("activation", Plugin::activations);

  static final PluginKind<Component<Regularizer>> REGULARIZER =
      components("regularizer", Plugin::regularizers);

  /**
   * The class names in model files, so that two plugins do not use the same name for different
   * classes.
   */
  static final PluginKind<Class<?>> INITIALIZER_CLASS =
      classes("class of initializers", Plugin::initializers);

  /** Like {@link #INITIALIZER_CLASS}. */
  static final PluginKind<Class<?>> ACTIVATION_CLASS =
      classes("class of activations", Plugin::activations);

  /** Like {@link #INITIALIZER_CLASS}. */
  static final PluginKind<Class<?>> REGULARIZER_CLASS =
      classes("class of regularizers", Plugin::regularizers);

  static final PluginKind<CommandProvider> COMMAND =
      new PluginKind<>("command", Plugin::commands, CommandProvider::name);

  static final List<PluginKind<?>> ALL =
      List.of(
          ENGINE,
          MODEL,
          DATASET,
          WEIGHT_FORMAT,
          EXPORT_FORMAT,
          LAYER,
          AUGMENTATION,
          BATCH_AUGMENTATION,
          CALLBACK,
          LOSS,
          METRIC,
          OPTIMIZER,
          SCHEDULE,
          STEP,
          INITIALIZER,
          ACTIVATION,
          REGULARIZER,
          INITIALIZER_CLASS,
          ACTIVATION_CLASS,
          REGULARIZER_CLASS,
          COMMAND);

  /** Returns whether users choose by these names, so that lists of plugins show them. */
  static boolean isShown(String words) {
    return Stream.of(INITIALIZER_CLASS, ACTIVATION_CLASS, REGULARIZER_CLASS)
        .noneMatch(kind -> words.equals(kind.words()));
  }

  private static <T> PluginKind<Class<?>> classes(
      String words, Function<Plugin, List<Component<T>>> provided) {
    return new PluginKind<>(words, plugin -> classes(provided.apply(plugin)), Class::getSimpleName);
  }

  private static <T> List<Class<?>> classes(List<Component<T>> components) {
    Set<Class<?>> classes = new LinkedHashSet<>();
    for (Component<T> component : components) {
      Class<?> type;
      try {
        type = component.made();
      } catch (EspalierException e) {
        throw new IllegalStateException(
            "\""
                + component.name()
                + "\" does not say which class it makes, so models with it could not be read: call"
                + " making(...) on the component",
            e);
      }
      if (!type.isRecord() && !type.isEnum()) {
        throw new IllegalStateException(
            "what \""
                + component.name()
                + "\" makes is neither a record nor an enum, so models with it cannot be saved: "
                + type.getName());
      }
      classes.add(type);
    }
    return List.copyOf(classes);
  }

  private static <T> PluginKind<Component<T>> components(
      String words, Function<Plugin, List<Component<T>>> provided) {
    return new PluginKind<>(words, provided, Component::name);
  }
}
