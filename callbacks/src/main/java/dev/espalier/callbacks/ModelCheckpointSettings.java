package dev.espalier.callbacks;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link ModelCheckpoint}. Immutable.
 *
 * @param epochs between models
 * @param steps between models, or 0 to save at the end of epochs
 * @param kept number of models to keep, or 0 for all
 */
record ModelCheckpointSettings(
    FileNameTemplate template,
    Monitor monitor,
    boolean saveBestOnly,
    int epochs,
    int steps,
    int kept,
    boolean weightsOnly,
    @Nullable Double initialValueThreshold,
    Map<String, String> metadata,
    boolean verbose) {
  private static final String NAME = ModelCheckpoint.NAME;
  private static final String ENDING = ".safetensors";

  ModelCheckpointSettings {
    if (!template.text().endsWith(ENDING)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The model file \"" + template + "\" of " + NAME + " does not end with " + ENDING + ".",
          "Name a file such as best" + ENDING + ".");
    }
    SettingChecks.require(epochs >= 1, NAME, "number of epochs", epochs, "Give 1 or more.");
    SettingChecks.require(
        kept >= 0, NAME, "number of kept models", kept, "Give 1 or more, or 0 to keep all.");
    if (initialValueThreshold != null) {
      SettingChecks.require(
          !initialValueThreshold.isNaN(),
          NAME,
          "initialValueThreshold",
          initialValueThreshold,
          "Give a number, or omit it.");
    }
  }

  ModelCheckpointSettings(FileNameTemplate template) {
    this(template, new Monitor("val_loss", null, 0), false, 1, 0, 0, false, null, Map.of(), false);
  }

  /** Checks what depends on several settings, which are given one after the other. */
  void requireConsistent() {
    if (kept > 0 && !template.varies()) {
      throw inconsistent(
          "keeps the best " + kept + " models, but calls all of them " + template,
          "Add a field to the name, such as {epoch:02d}.");
    }
    if (template.hasBatch() && steps == 0) {
      throw inconsistent(
          "names files by batch (" + template + "), but saves at the end of epochs",
          "Remove the field, or save models every few steps.");
    }
    for (String name : template.logNames()) {
      if (steps > 0 && (name.startsWith("val_") || name.equals("learning_rate"))) {
        throw inconsistent(
            "names files by " + name + " (" + template + "), which is unknown within an epoch",
            "Choose the loss or a metric of the training data, or save models at the end of"
                + " epochs.");
      }
    }
  }

  private static EspalierException inconsistent(String problem, String remedy) {
    return new EspalierException(
        ErrorCode.INVALID_TRAINING_SETTING, NAME + " " + problem + ".", remedy);
  }

  /** Settings that change; of copies only. */
  static final class Builder {
    private final FileNameTemplate template;
    Monitor monitor;
    boolean saveBestOnly;
    int epochs;
    int steps;
    int kept;
    boolean weightsOnly;
    @Nullable Double initialValueThreshold;
    Map<String, String> metadata;
    boolean verbose;

    Builder(ModelCheckpointSettings from) {
      template = from.template;
      monitor = from.monitor;
      saveBestOnly = from.saveBestOnly;
      epochs = from.epochs;
      steps = from.steps;
      kept = from.kept;
      weightsOnly = from.weightsOnly;
      initialValueThreshold = from.initialValueThreshold;
      metadata = from.metadata;
      verbose = from.verbose;
    }

    ModelCheckpointSettings build() {
      return new ModelCheckpointSettings(
          template,
          monitor,
          saveBestOnly,
          epochs,
          steps,
          kept,
          weightsOnly,
          initialValueThreshold,
          metadata,
          verbose);
    }
  }
}
