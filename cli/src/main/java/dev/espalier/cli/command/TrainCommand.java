package dev.espalier.cli.command;

import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.run.Interruption;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.run.TrainingData;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.finetuning.LabelMode;
import dev.espalier.core.finetuning.Recipe;
import dev.espalier.core.finetuning.TrainingPhase;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Setting;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;

/** Trains a whole model, by default from random weights. */
@Command(
    name = "train",
    header = "Trains a model with its classifier, from random or given weights.",
    description =
        "The learning rate drops to a fifth when the validation loss has not improved "
            + "for five epochs. Validates on the validation split, or on the test split of "
            + "data without one. Keeps the model of the last epoch and that of the best one, "
            + "and evaluates both on the test split. For images with several labels each "
            + "class is decided independently (sigmoid, binary crossentropy).",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier train --epochs 3",
      "  espalier train --data photos --batch-size 32 --learning-rate 0.1",
      "  espalier train --config espalier.conf --set callbacks.0.patience=3"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
public final class TrainCommand extends TrainingCommand {
  private static final String EPOCHS = "20";
  private static final String LEARNING_RATE = "0.2";
  private static final String MOMENTUM = "0.1";

  public TrainCommand(Clock clock, Interruption interruption) {
    super(clock, interruption);
  }

  @Override
  List<SettingOption> trainingOptions() {
    return List.of(
        SettingOption.of("--epochs", "NUMBER", RunSettings.EPOCHS).byDefault(EPOCHS),
        SettingOption.of("--learning-rate", "RATE", RunSettings.OPTIMIZER, SGD, RATE)
            .byDefault(LEARNING_RATE),
        SettingOption.of("--momentum", "NUMBER", RunSettings.OPTIMIZER, SGD, "momentum")
            .byDefault(MOMENTUM),
        SettingOption.of(
            "--label-smoothing",
            "FRACTION",
            RunSettings.LOSS,
            "categorical-crossentropy",
            "label-smoothing"),
        SettingOption.of("--batch-size", "NUMBER", RunSettings.BATCH_SIZE),
        SettingOption.of("--precision", "TYPE", RunSettings.PRECISION),
        SettingOption.of("--seed", "NUMBER", RunSettings.SEED));
  }

  @Override
  List<Setting> defaults() {
    return plainDefaults();
  }

  /** Returns the defaults of a training without fine-tuning. */
  static List<Setting> plainDefaults() {
    Map<String, String> options =
        Map.of(RATE, LEARNING_RATE, "momentum", MOMENTUM, "nesterov", "true");
    List<Setting> defaults = new ArrayList<>(RunSettings.OPTIMIZER.byDefault(SGD, options));
    defaults.add(RunSettings.EPOCHS.byDefault(EPOCHS));
    return defaults;
  }

  @Override
  void requireEpochs(Configuration configuration) {
    int epochs = configuration.get(RunSettings.EPOCHS);
    if (epochs < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "There is nothing to train in " + epochs + " epochs.",
          "Give --epochs a number above 0.");
    }
  }

  @Override
  Training training(
      PluginRegistry registry, Configuration told, List<Setting> typed, TrainingData splits) {
    return plainTraining(registry, told, splits, err());
  }

  /** Returns what to train without fine-tuning; see {@link #training}. */
  static Training plainTraining(
      PluginRegistry registry, Configuration told, TrainingData splits, PrintWriter err) {
    Dataset train = splits.training();
    LabelMode mode = LabelMode.of(train);
    List<Setting> defaults = new ArrayList<>(callbacks(told));
    defaults.addAll(mode.defaults());
    Configuration configuration = told.with(defaults);
    ModelSource.Loaded loaded =
        new ModelSource(registry, ModelOptions.of(configuration), err)
            .complete(train.classNames().size(), mode.activation());
    TrainingPhase phase =
        TrainingPhase.of(
            "train",
            "all layers",
            configuration,
            configuration.get(RunSettings.EPOCHS),
            UnaryOperator.identity());
    return new Training(
        configuration,
        loaded,
        loaded.model(),
        splits.matched(loaded),
        "plain training",
        List.of(phase));
  }

  /** The learning rate may come from a file; what is derived from it is set afterwards. */
  private static List<Setting> callbacks(Configuration told) {
    return told.isGiven(RunSettings.CALLBACKS)
        ? List.of()
        : new Recipe.ReduceOnPlateau(5, 0.005)
            .defaults(RunSettings.CALLBACKS, told.get(RunSettings.OPTIMIZER));
  }
}
