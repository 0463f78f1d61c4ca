package dev.espalier.core.configuration;

import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.training.Callback;
import dev.espalier.training.GradientClipping;
import dev.espalier.training.Loss;
import dev.espalier.training.Metric;
import dev.espalier.training.Optimizer;
import dev.espalier.training.Step;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of a training: which model learns what from which data, and how. */
public final class RunSettings {
  private static final String MODEL_SECTION = "model";
  private static final String DATA_SECTION = "data";
  private static final String TRAINING_SECTION = "training";
  private static final String FINE_TUNING_SECTION = "fine-tuning";
  private static final String OUTPUT_SECTION = "output";

  /** The model, by name or as a file. */
  public static final SettingKey<String> MODEL =
      key(
          MODEL_SECTION,
          OptionDescription.text("name", "A model by name, or a model file (.safetensors)."));

  /** What the model starts from. */
  public static final SettingKey<String> WEIGHTS =
      key(
          MODEL_SECTION,
          OptionDescription.text(
              "weights", "File of weights for a model given by name, or none for random ones."));

  /** The number of classes. */
  public static final SettingKey<Integer> CLASSES =
      key(
          MODEL_SECTION,
          wholeNumber("classes", 1, "Number of classes; without it, that of the data."));

  /** The size of images in the model. */
  public static final SettingKey<Integer> IMAGE_SIZE =
      key(
          MODEL_SECTION,
          wholeNumber(
              "image-size", 1, "Height and width that the model sees, in pixels; else its own."));

  /** Stochastic depth. */
  public static final SettingKey<Double> DROP_CONNECT_RATE =
      key(
          MODEL_SECTION,
          OptionDescription.number(
              "drop-connect-rate", 0, 1, "Stochastic depth of the last block; else the model's."));

  /** The data set. */
  public static final SettingKey<String> DATASET =
      key(DATA_SECTION, OptionDescription.text("name", "A data set by name."));

  /** Where the data lie. */
  public static final SettingKey<Path> DATA_LOCATION =
      key(DATA_SECTION, OptionDescription.path("location", "Folder or archive with the data."));

  /** How much is learned from. */
  public static final SettingKey<Integer> LIMIT =
      key(
          DATA_SECTION,
          wholeNumber("limit", 0, "Learn from so many samples only, evenly spread; 0 for all.")
              .withDefault(0));

  /** How much is validated with. */
  public static final SettingKey<Integer> VALIDATION_LIMIT =
      key(
          DATA_SECTION,
          wholeNumber(
                  "validation-limit",
                  0,
                  "Validate with so many samples only, evenly spread; 0 for all.")
              .withDefault(0));

  /** Memory for samples that were read. */
  public static final SettingKey<Integer> MEMORY_CACHE =
      key(
          DATA_SECTION,
          OptionDescription.wholeNumber(
                  "memory-cache",
                  0,
                  1 << 20,
                  "MiB for samples of each part, so that they are read once; 0 for none.")
              .withDefault(0));

  /** Whether samples that cannot be read are left out. */
  public static final SettingKey<Boolean> SKIP_UNREADABLE =
      key(
          DATA_SECTION,
          OptionDescription.flag(
              "skip-unreadable", "Leaves out and reports samples that cannot be read."));

  /** The number of epochs; in a fine-tuning, those of the new head. */
  public static final SettingKey<Integer> EPOCHS =
      key(TRAINING_SECTION, wholeNumber("epochs", 0, "Epochs; of the new head in a fine-tuning."));

  /** The size of a batch. */
  public static final SettingKey<Integer> BATCH_SIZE =
      key(TRAINING_SECTION, wholeNumber("batch-size", 1, "Samples in a step.").withDefault(64));

  /** The seed. */
  public static final SettingKey<Long> SEED =
      key(
          TRAINING_SECTION,
          new OptionDescription<>(
              "seed",
              new OptionType.Written<>(
                  "a whole number", RunSettings::parseLong, value -> value.toString()),
              1L,
              "What everything random derives from."));

  /** What happens to gradients before the optimizer sees them. */
  public static final SettingKey<GradientClipping> GRADIENT_CLIPPING =
      key(
          TRAINING_SECTION,
          new OptionDescription<>(
              "gradient-clipping",
              GradientClippingText.TYPE,
              GradientClipping.none(),
              "Limit for gradients: for each number, for each weight, or for all together."));

  /** How much the samples of each class count in the loss. */
  static final SettingKey<ClassWeightsText.Choice> CLASS_WEIGHTS =
      key(
          TRAINING_SECTION,
          new OptionDescription<>(
              "class-weights",
              ClassWeightsText.TYPE,
              new ClassWeightsText.Choice(null),
              "How much each class counts in the loss: balanced makes all count the same in"
                  + " total."));

  /** Whether samples are shuffled. */
  public static final SettingKey<Boolean> SHUFFLE =
      key(
          TRAINING_SECTION,
          OptionDescription.flag("shuffle", "Gives each epoch a random order of its own.")
              .withDefault(true));

  /** Whether the last batch is left out. */
  public static final SettingKey<Boolean> DROP_REMAINDER =
      key(
          TRAINING_SECTION,
          OptionDescription.flag(
              "drop-remainder", "Leaves samples out of an epoch that fill no batch."));

  /** How often validation runs. */
  public static final SettingKey<Integer> VALIDATION_FREQUENCY =
      key(
          TRAINING_SECTION,
          wholeNumber("validation-frequency", 1, "Validate after each so many epochs.")
              .withDefault(1));

  /** Threads that prepare batches. */
  public static final SettingKey<Integer> WORKERS =
      key(
          TRAINING_SECTION,
          wholeNumber("workers", 0, "Threads that prepare batches, 0 for what suits the machine.")
              .withDefault(0));

  /** Batches ahead. */
  public static final SettingKey<Integer> PREFETCH =
      key(
          TRAINING_SECTION,
          wholeNumber("prefetch", 1, "Batches that are prepared ahead, at most.").withDefault(4));

  /** The recipe of a fine-tuning. */
  public static final SettingKey<String> RECIPE =
      key(
          FINE_TUNING_SECTION,
          OptionDescription.text("recipe", "Settings under a name: espalier fine-tune --help."));

  /** The epochs of the whole model. */
  public static final SettingKey<Integer> FINE_TUNING_EPOCHS =
      key(
          FINE_TUNING_SECTION,
          wholeNumber("epochs", 0, "Epochs of the whole model, after those of the head."));

  /** Dropout in the new head. */
  public static final SettingKey<Double> DROPOUT =
      key(
          FINE_TUNING_SECTION,
          OptionDescription.number("dropout", 0, 1, "Dropout before the new classifier."));

  /** Where results go. */
  public static final SettingKey<Path> OUTPUT_FOLDER =
      key(OUTPUT_SECTION, OptionDescription.path("folder", "Folder for the results."));

  /** How often a run can be resumed from. */
  public static final SettingKey<Integer> CHECKPOINT_STEPS =
      key(
          OUTPUT_SECTION,
          wholeNumber(
                  "checkpoint-steps",
                  0,
                  "Steps between checkpoints to resume from; 0 for after each epoch.")
              .withDefault(0));

  /** By which value of the logs the best model is chosen. */
  public static final SettingKey<String> BEST_MONITOR =
      key(
          OUTPUT_SECTION,
          OptionDescription.text(
                  "best-monitor",
                  "Value by which the best model is chosen, such as val_loss or val_accuracy.")
              .withDefault("val_loss"));

  /** Whether progress is hidden. */
  public static final SettingKey<Boolean> QUIET =
      key(OUTPUT_SECTION, OptionDescription.flag("quiet", "Shows no progress, only results."));

  /** What moves the weights; in a fine-tuning, those of the new head. */
  public static final ComponentSlot<Optimizer> OPTIMIZER =
      new ComponentSlot<>("training.optimizer", false, PluginRegistry::optimizers);

  /** What training makes small. */
  public static final ComponentSlot<Loss> LOSS =
      new ComponentSlot<>("training.loss", false, PluginRegistry::losses);

  /** What one training step computes. */
  public static final ComponentSlot<Step> STEP =
      new ComponentSlot<>("training.step", false, PluginRegistry::steps);

  /** What is reported beside the loss. */
  public static final ComponentSlot<Metric> METRICS =
      new ComponentSlot<>("training.metrics", true, PluginRegistry::metrics);

  /** What moves the weights of the whole model in a fine-tuning. */
  public static final ComponentSlot<Optimizer> FINE_TUNING_OPTIMIZER =
      new ComponentSlot<>("fine-tuning.optimizer", false, PluginRegistry::optimizers);

  /** What happens to each image in training, in this order. */
  public static final ComponentSlot<Augmentation> AUGMENTATIONS =
      new ComponentSlot<>("augmentations", true, PluginRegistry::augmentations);

  /** What happens to each batch in training after that, in this order. */
  public static final ComponentSlot<BatchAugmentation> BATCH_AUGMENTATIONS =
      new ComponentSlot<>("batch-augmentations", true, PluginRegistry::batchAugmentations);

  /** What is called while training runs, in this order. */
  public static final ComponentSlot<Callback> CALLBACKS =
      new ComponentSlot<>("callbacks", true, PluginRegistry::callbacks);

  /** What is called while the whole model is trained in a fine-tuning, instead of the callbacks. */
  public static final ComponentSlot<Callback> FINE_TUNING_CALLBACKS =
      new ComponentSlot<>("fine-tuning.callbacks", true, PluginRegistry::callbacks);

  private RunSettings() {}

  private static <T> SettingKey<T> key(String section, OptionDescription<T> option) {
    return new SettingKey<>(section, option);
  }

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

  /** Returns all settings but the slots, in the order to show them. */
  public static List<SettingKey<?>> keys() {
    return List.of(
        MODEL,
        WEIGHTS,
        CLASSES,
        IMAGE_SIZE,
        DROP_CONNECT_RATE,
        DATASET,
        DATA_LOCATION,
        LIMIT,
        VALIDATION_LIMIT,
        MEMORY_CACHE,
        SKIP_UNREADABLE,
        EPOCHS,
        BATCH_SIZE,
        SEED,
        GRADIENT_CLIPPING,
        CLASS_WEIGHTS,
        SHUFFLE,
        DROP_REMAINDER,
        VALIDATION_FREQUENCY,
        WORKERS,
        PREFETCH,
        RECIPE,
        FINE_TUNING_EPOCHS,
        DROPOUT,
        OUTPUT_FOLDER,
        CHECKPOINT_STEPS,
        BEST_MONITOR,
        QUIET);
  }

  /** Returns all slots, in the order to show them. */
  public static List<ComponentSlot<?>> slots() {
    return List.of(
        OPTIMIZER,
        LOSS,
        METRICS,
        STEP,
        FINE_TUNING_OPTIMIZER,
        AUGMENTATIONS,
        BATCH_AUGMENTATIONS,
        CALLBACKS,
        FINE_TUNING_CALLBACKS);
  }
}
