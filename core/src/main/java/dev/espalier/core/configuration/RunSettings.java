package dev.espalier.core.configuration;

import dev.espalier.callback.Callback;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.CroppedResizing;
import dev.espalier.engine.Precision;
import dev.espalier.loss.Loss;
import dev.espalier.metric.Metric;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.LearningRateMultipliers;
import dev.espalier.training.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a training. This is the single description of each setting: configuration files,
 * command-line options, their help and the guide take name, range, default and description from
 * here.
 */
public final class RunSettings {
  private static final Section PLUGINS = new Section("plugins");
  private static final Section MODELS = new Section("model");
  private static final Section DATA = new Section("data");
  private static final Section TRAINING = new Section("training");
  private static final Section FINE_TUNING = new Section("fine-tuning");
  private static final Section DOWNLOADS = new Section("downloads");
  private static final Section WEIGHT_FILES = new Section("weights");
  private static final Section OUTPUT = new Section("output");
  private static final Section TOP = new Section("");

  private record Section(String name) {
    <T> SettingKey<T> key(OptionDescription<T> option) {
      return new SettingKey<>(name, option);
    }
  }

  /** Excluded plugins; read before all other settings. */
  public static final SettingKey<List<String>> EXCLUDED_PLUGINS =
      PLUGINS.key(
          OptionDescription.words(
              "exclude",
              "Ids of plugins to leave out, for example where two bring the same name."));

  /** Plugin folder; read before all other settings. */
  public static final SettingKey<Path> PLUGIN_FOLDER =
      PLUGINS.key(
          OptionDescription.path("folder", "Folder with the jars of plugins, for the command line.")
              .loadingCode());

  /** Model, by name or as a file. */
  public static final SettingKey<String> MODEL =
      MODELS.key(
          OptionDescription.text(
              "name", "Name of a model, or a model file (.safetensors, .keras, .h5)."));

  /** Initial weights of the model. */
  public static final SettingKey<String> WEIGHTS =
      MODELS.key(
          OptionDescription.text(
              "weights",
              "Weights of a model given by name: a weight file, the name of published weights such as imagenet, or none for random initial weights."));

  /** Whether missing files are downloaded. */
  public static final SettingKey<Boolean> DOWNLOAD =
      DOWNLOADS.key(
          OptionDescription.flag(
              "allow",
              "Download what is missing: published weights, and the data sets cifar10 (162 MiB) and cifar100."));

  /** Where weights are downloaded from instead of from their publishers. */
  public static final SettingKey<String> MIRROR =
      WEIGHT_FILES.key(
          OptionDescription.text(
              "mirror",
              "Address of a folder that has the files of published weights, instead of their publishers."));

  /** Number of classes. */
  public static final SettingKey<Integer> CLASSES =
      MODELS.key(
          wholeNumber(
              "classes", 1, "Number of classes; by default that of the data or the model."));

  /** Height and width of the model's images, in pixels. */
  public static final SettingKey<Integer> IMAGE_SIZE =
      MODELS.key(
          wholeNumber(
              "image-size",
              1,
              "Height and width of the model's input in pixels; images are resized to it. By default the model's own."));

  /** How images are brought to the model's input; empty for stretching them. */
  public static final SettingKey<Optional<CroppedResizing>> RESIZE =
      MODELS.key(
          new OptionDescription<>(
              "resize",
              WrittenTypes.RESIZE,
              null,
              "How images are brought to the model's input: stretch for the whole image, or a filter with a fraction, such as \"bicubic 0.875\", to keep the aspect ratio and take the center, as torchvision and timm do. By default as the model file or the published weights say, else stretch."));

  /** Stochastic depth rate. */
  public static final SettingKey<Double> DROP_CONNECT_RATE =
      MODELS.key(
          OptionDescription.number(
              "drop-connect-rate",
              0,
              1,
              "Stochastic depth: drop rate of the last block in training. By default the model's own."));

  /** Data set. */
  public static final SettingKey<String> DATASET =
      DATA.key(OptionDescription.text("name", "Name of a data set."));

  /** Location of the data. */
  public static final SettingKey<Path> DATA_LOCATION =
      DATA.key(OptionDescription.path("location", "Folder, table or archive with the data set."));

  /** Maximum number of training samples. */
  public static final SettingKey<Integer> LIMIT =
      DATA.key(
          wholeNumber(
                  "limit",
                  0,
                  "Train on at most this many samples, spread evenly over the data set; 0 for all.")
              .withDefault(0));

  /** Maximum number of validation samples. */
  public static final SettingKey<Integer> VALIDATION_LIMIT =
      DATA.key(
          wholeNumber(
                  "validation-limit",
                  0,
                  "Validate on at most this many samples, spread evenly over the data set; 0 for all.")
              .withDefault(0));

  /** Size of the memory cache for decoded samples. */
  public static final SettingKey<Integer> MEMORY_CACHE =
      DATA.key(
          OptionDescription.wholeNumber(
                  "memory-cache",
                  0,
                  1 << 20,
                  "Memory in MiB that keeps decoded samples of each split, so that they are read once; 0 for none.")
              .withDefault(0));

  /** Whether unreadable samples are skipped. */
  public static final SettingKey<Boolean> SKIP_UNREADABLE =
      DATA.key(
          OptionDescription.flag(
              "skip-unreadable",
              "Check all samples before training, and leave out and report those that cannot be read; otherwise the first one stops the run."));

  /** Number of epochs; in fine-tuning, for training the new head. */
  public static final SettingKey<Integer> EPOCHS =
      TRAINING.key(
          wholeNumber(
              "epochs", 0, "Number of epochs; in fine-tuning, epochs of the new head alone."));

  /** Batch size. */
  public static final SettingKey<Integer> BATCH_SIZE =
      TRAINING.key(wholeNumber("batch-size", 1, "Number of samples per step.").withDefault(64));

  /** Random seed. */
  public static final SettingKey<Long> SEED =
      TRAINING.key(
          new OptionDescription<>(
              "seed",
              new OptionType.Written<>(
                  "a whole number", RunSettings::parseLong, value -> value.toString()),
              1L,
              "Random seed."));

  /** Floating-point type of convolutions and matrix products. */
  public static final SettingKey<Precision> PRECISION =
      TRAINING.key(
          OptionDescription.constant(
                  "precision",
                  Precision.class,
                  "Floating-point type of convolutions and matrix products; weights, losses and optimizers stay float32. auto picks a type of 16 bits where the device is faster with it.")
              .withDefault(Precision.FLOAT32));

  /** Gradient clipping. */
  public static final SettingKey<GradientClipping> GRADIENT_CLIPPING =
      TRAINING.key(
          new OptionDescription<>(
              "gradient-clipping",
              WrittenTypes.GRADIENT_CLIPPING,
              GradientClipping.none(),
              "Gradient clipping: by value, by the norm of each gradient, or by the global norm."));

  /** Multipliers of the learning rate by layer. */
  static final SettingKey<LearningRateMultipliers> LEARNING_RATE_MULTIPLIERS =
      TRAINING.key(
          new OptionDescription<>(
              "learning-rate-multipliers",
              WrittenTypes.LEARNING_RATE_MULTIPLIERS,
              LearningRateMultipliers.none(),
              "Multipliers of the learning rate, and of weight decay with it, by layer; other"
                  + " layers have 1."));

  /** Weights of the classes in the loss. */
  static final SettingKey<Optional<ClassWeights>> CLASS_WEIGHTS =
      TRAINING.key(
          new OptionDescription<>(
              "class-weights",
              WrittenTypes.CLASS_WEIGHTS,
              Optional.empty(),
              "Weight of each class in the loss; balanced gives every class the same total weight."));

  /** Whether to shuffle samples. */
  public static final SettingKey<Boolean> SHUFFLE =
      TRAINING.key(
          OptionDescription.flag("shuffle", "Shuffle the training samples in every epoch.")
              .withDefault(true));

  /** Whether to drop an incomplete last batch. */
  public static final SettingKey<Boolean> DROP_REMAINDER =
      TRAINING.key(
          OptionDescription.flag(
              "drop-remainder",
              "Drop the last batch of an epoch if it is smaller than the batch size."));

  /** Number of epochs between validations. */
  public static final SettingKey<Integer> VALIDATION_FREQUENCY =
      TRAINING.key(
          wholeNumber("validation-frequency", 1, "Run validation every N epochs.").withDefault(1));

  /** Whether the output of frozen layers is computed once. */
  public static final SettingKey<CacheFeatures> CACHE_FEATURES =
      TRAINING.key(
          OptionDescription.constant(
                  "cache-features",
                  CacheFeatures.class,
                  "Compute the output of the frozen first layers once, keep it in a temporary file, and train the other layers on it; auto does so where the results stay the same.")
              .withDefault(CacheFeatures.AUTO));

  /** Number of augmented versions of each image whose features are cached. */
  public static final SettingKey<Integer> CACHED_VIEWS =
      TRAINING.key(
          wholeNumber(
                  "cached-views",
                  1,
                  "Number of augmented versions of each image whose features are cached, with cache-features = on.")
              .withDefault(1));

  /** Number of threads that prepare batches. */
  public static final SettingKey<Integer> WORKERS =
      TRAINING.key(
          wholeNumber(
                  "workers",
                  0,
                  "Number of threads that read and prepare samples; results do not depend on it. 0 for half of the processors, up to 8.")
              .withDefault(0));

  /** Number of batches prepared in advance. */
  public static final SettingKey<Integer> PREFETCH =
      TRAINING.key(
          wholeNumber("prefetch", 1, "Maximum number of batches prepared in advance.")
              .withDefault(4));

  /** Recipe for fine-tuning. */
  public static final SettingKey<String> RECIPE =
      FINE_TUNING.key(
          OptionDescription.text(
              "recipe",
              "Name of a recipe, which sets the defaults of epochs, optimizers and callbacks; see espalier fine-tune --help."));

  /** Number of epochs for fine-tuning the whole model. */
  public static final SettingKey<Integer> FINE_TUNING_EPOCHS =
      FINE_TUNING.key(
          wholeNumber(
              "epochs", 0, "Number of epochs of the whole model, after those of the head."));

  /** Dropout rate in the new head. */
  public static final SettingKey<Double> DROPOUT =
      FINE_TUNING.key(
          OptionDescription.number("dropout", 0, 1, "Dropout rate before the new classifier."));

  /** Output folder. */
  public static final SettingKey<Path> OUTPUT_FOLDER =
      OUTPUT.key(
          OptionDescription.path(
              "folder",
              "Folder for the results, which must be new or empty; by default runs/DATE-MODEL."));

  /** Number of steps between checkpoints. */
  public static final SettingKey<Integer> CHECKPOINT_STEPS =
      OUTPUT.key(
          wholeNumber(
                  "checkpoint-steps",
                  0,
                  "Save a checkpoint to resume from every N steps; 0 for after each epoch.")
              .withDefault(0));

  /** The logged value that determines the best model. */
  public static final SettingKey<String> BEST_MONITOR =
      OUTPUT.key(
          OptionDescription.text(
                  "best-monitor",
                  "Value that selects the best model, such as val_loss or val_accuracy.")
              .withDefault("val_loss"));

  /** Whether to hide progress. */
  public static final SettingKey<Boolean> QUIET =
      OUTPUT.key(OptionDescription.flag("quiet", "Print no progress, only the results."));

  /** Optimizer; in fine-tuning, for training the new head. */
  public static final SettingKey<Optimizer> OPTIMIZER =
      TRAINING.key(
          OptionDescription.nested(
              "optimizer",
              Optimizer.class,
              "an optimizer",
              "Optimizer; in fine-tuning, of the new head."));

  /** The objective that training minimizes. */
  public static final SettingKey<Loss> LOSS =
      TRAINING.key(
          OptionDescription.nested(
              "loss", Loss.class, "a loss", "The objective that training minimizes."));

  /** Metrics reported in addition to the loss. */
  public static final SettingKey<List<Metric>> METRICS =
      TRAINING.key(
          OptionDescription.nestedList(
              "metrics",
              Metric.class,
              "a list of metrics",
              "Metrics that are reported beside the loss."));

  /** Computation of a training step. */
  public static final SettingKey<Step> STEP =
      TRAINING.key(
          OptionDescription.nested(
              "step",
              Step.class,
              "a step",
              "What one training step computes; by default supervised."));

  /** Number of blocks that are unfrozen at a time. */
  public static final SettingKey<Integer> UNFREEZE_BLOCKS =
      FINE_TUNING.key(
          wholeNumber(
                  "unfreeze-blocks",
                  0,
                  "Unfreeze the base by this many blocks at a time, from the top; 0 for all at once.")
              .withDefault(0));

  /** Number of epochs between blocks. */
  public static final SettingKey<Integer> UNFREEZE_EPOCHS =
      FINE_TUNING.key(
          wholeNumber("unfreeze-epochs", 1, "Number of epochs before the next blocks are unfrozen.")
              .withDefault(1));

  /** Factor of the learning rate from one stage to the next. */
  public static final SettingKey<Double> UNFREEZE_RATE_FACTOR =
      FINE_TUNING.key(
          OptionDescription.number(
                  "unfreeze-rate-factor",
                  1e-6,
                  1e6,
                  "Factor that the learning rate is multiplied by each time blocks are unfrozen.")
              .withDefault(1.0));

  /** Optimizer for fine-tuning the whole model. */
  public static final SettingKey<Optimizer> FINE_TUNING_OPTIMIZER =
      FINE_TUNING.key(
          OptionDescription.nested(
              "optimizer", Optimizer.class, "an optimizer", "Optimizer of the whole model."));

  /** Augmentations of each training image, in order. */
  public static final SettingKey<List<Augmentation>> AUGMENTATIONS =
      TOP.key(
          OptionDescription.nestedList(
              "augmentations",
              Augmentation.class,
              "a list of augmentations",
              "Augmentations of each training image, in this order."));

  /** Augmentations of each training batch, in order; applied after those of images. */
  public static final SettingKey<List<BatchAugmentation>> BATCH_AUGMENTATIONS =
      TOP.key(
          OptionDescription.nestedList(
              "batch-augmentations",
              BatchAugmentation.class,
              "a list of batch augmentations",
              "Augmentations of each training batch after that, in this order."));

  /** Callbacks, in order. */
  public static final SettingKey<List<Callback>> CALLBACKS =
      TOP.key(
          OptionDescription.nestedList(
              "callbacks",
              Callback.class,
              "a list of callbacks",
              "Callbacks of the training, called in this order."));

  /** Callbacks while fine-tuning the whole model, instead of the others. */
  public static final SettingKey<List<Callback>> FINE_TUNING_CALLBACKS =
      FINE_TUNING.key(
          OptionDescription.nestedList(
              "callbacks",
              Callback.class,
              "a list of callbacks",
              "Callbacks while the whole model is trained; by default those of the training."));

  /** All settings in display order. */
  private static final List<SettingKey<?>> ALL =
      Stream.<List<SettingKey<?>>>of(
              List.of(EXCLUDED_PLUGINS, PLUGIN_FOLDER),
              List.of(MODEL, WEIGHTS, DOWNLOAD, MIRROR, CLASSES, IMAGE_SIZE, RESIZE),
              List.of(DROP_CONNECT_RATE, DATASET, DATA_LOCATION, LIMIT, VALIDATION_LIMIT),
              List.of(MEMORY_CACHE, SKIP_UNREADABLE, EPOCHS, BATCH_SIZE, SEED, PRECISION),
              List.of(GRADIENT_CLIPPING, LEARNING_RATE_MULTIPLIERS, CLASS_WEIGHTS, SHUFFLE),
              List.of(DROP_REMAINDER, VALIDATION_FREQUENCY, CACHE_FEATURES, CACHED_VIEWS),
              List.of(WORKERS, PREFETCH, OPTIMIZER, LOSS, METRICS, STEP),
              List.of(RECIPE, FINE_TUNING_EPOCHS, UNFREEZE_BLOCKS, UNFREEZE_EPOCHS),
              List.of(UNFREEZE_RATE_FACTOR, DROPOUT, FINE_TUNING_OPTIMIZER),
              List.of(OUTPUT_FOLDER, CHECKPOINT_STEPS, BEST_MONITOR, QUIET),
              List.of(AUGMENTATIONS, BATCH_AUGMENTATIONS, CALLBACKS, FINE_TUNING_CALLBACKS))
          .flatMap(List::stream)
          .toList();

  private static final List<SettingKey<?>> KEYS =
      ALL.stream().filter(key -> !key.hasComponents()).toList();

  private static final List<SettingKey<?>> COMPONENTS =
      ALL.stream().filter(SettingKey::hasComponents).toList();

  private RunSettings() {}

  private static @Nullable Long parseLong(String text) {
    try {
      return Long.valueOf(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static OptionDescription<Integer> wholeNumber(
      String name, int minimum, String description) {
    return OptionDescription.wholeNumber(name, minimum, Integer.MAX_VALUE, description);
  }

  /** Returns all plain-text settings in display order. */
  public static List<SettingKey<?>> keys() {
    return KEYS;
  }

  /** Returns the settings that contain components, in display order. */
  public static List<SettingKey<?>> components() {
    return COMPONENTS;
  }

  /** Returns the setting with components that a name belongs to, or null. */
  static @Nullable SettingKey<?> componentsAt(String name) {
    return components().stream()
        .filter(key -> name.equals(key.name()) || name.startsWith(key.name() + "."))
        .findFirst()
        .orElse(null);
  }
}
