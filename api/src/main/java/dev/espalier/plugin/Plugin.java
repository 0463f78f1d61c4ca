package dev.espalier.plugin;

import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.ImageReader;
import dev.espalier.engine.EngineProvider;
import dev.espalier.graph.Initializer;
import dev.espalier.layer.Layer;
import dev.espalier.loss.Loss;
import dev.espalier.metric.Metric;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.regularizer.Regularizer;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.training.Step;
import java.util.List;

/**
 * The service interface of Espalier: everything that a jar adds. Every list is empty by default, so
 * a plugin overrides only the methods for what it provides. Implementations have a public
 * constructor without arguments, are named in {@code META-INF/services/dev.espalier.plugin.Plugin},
 * are stateless, and load nothing heavy: the registry calls each method once, when it discovers
 * plugins, on the thread that asked for the discovery, but for {@link #pretrainedWeights} and
 * {@link #imageReaders}.
 */
public interface Plugin {
  /**
   * The version of what plugins implement. It rises when something is added that an older Espalier
   * lacks. A constant, so that a compiler writes its value into the plugin.
   */
  int API_VERSION = 1;

  /**
   * Returns a name that no other plugin has, lower case with hyphens, such as {@code tensorflow}.
   */
  String id();

  /**
   * Returns the version of this interface that the plugin was compiled against: {@code return
   * API_VERSION;}. A plugin for a later version is rejected with an error. 0 means unknown; such a
   * plugin is loaded, and if it fails, the error mentions this.
   */
  default int apiVersion() {
    return 0;
  }

  /** Returns the version of the plugin itself, for lists; empty if unknown. */
  default String version() {
    String version = getClass().getPackage().getImplementationVersion();
    return version == null ? "" : version;
  }

  /** Returns the engines it brings. */
  default List<EngineProvider> engines() {
    return List.of();
  }

  /** Returns the models it brings. */
  default List<ModelProvider> models() {
    return List.of();
  }

  /** Returns the data sets it brings. */
  default List<DatasetProvider> datasets() {
    return List.of();
  }

  /**
   * Returns what decodes image files for classifiers and servers. Called when images are first
   * read, not at discovery, on any thread.
   */
  default List<ImageReader> imageReaders() {
    return List.of();
  }

  /** Returns the formats of weight files it can read. */
  default List<WeightFormat> weightFormats() {
    return List.of();
  }

  /** Returns the formats that it can write models in for other programs. */
  default List<ExportFormat> exportFormats() {
    return List.of();
  }

  /**
   * Returns the published weights that it knows by name. Called when weights are first looked up by
   * name, not at discovery, on any thread.
   */
  default List<PretrainedWeights> pretrainedWeights() {
    return List.of();
  }

  /** Returns the types of layers it brings, so that models with them can be read from files. */
  default List<Class<? extends Layer>> layers() {
    return List.of();
  }

  /** Returns the augmentations it brings. */
  default List<Component<Augmentation>> augmentations() {
    return List.of();
  }

  /** Returns the augmentations of whole batches it brings. */
  default List<Component<BatchAugmentation>> batchAugmentations() {
    return List.of();
  }

  /** Returns the callbacks it brings; each use of one makes a new object. */
  default List<Component<Callback>> callbacks() {
    return List.of();
  }

  /** Returns the losses it brings. */
  default List<Component<Loss>> losses() {
    return List.of();
  }

  /** Returns the metrics it brings. */
  default List<Component<Metric>> metrics() {
    return List.of();
  }

  /** Returns the optimizers it brings. */
  default List<Component<Optimizer>> optimizers() {
    return List.of();
  }

  /** Returns the training steps it brings. */
  default List<Component<Step>> steps() {
    return List.of();
  }

  /** Returns the schedules of the learning rate it brings. */
  default List<Component<LearningRateSchedule>> schedules() {
    return List.of();
  }

  /**
   * Returns the initializers it brings; records, so that models with them can be read from files.
   */
  default List<Component<Initializer>> initializers() {
    return List.of();
  }

  /**
   * Returns the activations it brings; records or enums, so that models with them can be read from
   * files.
   */
  default List<Component<Activation>> activations() {
    return List.of();
  }

  /**
   * Returns the regularizers it brings; records, so that models with them can be read from files.
   */
  default List<Component<Regularizer>> regularizers() {
    return List.of();
  }

  /** Returns the subcommands it adds to the command line. */
  default List<CommandProvider> commands() {
    return List.of();
  }
}
