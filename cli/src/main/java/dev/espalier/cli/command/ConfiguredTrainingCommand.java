package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.run.TrainingData;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.finetuning.LabelMode;
import dev.espalier.core.finetuning.TrainingPhase;
import dev.espalier.model.Model;
import dev.espalier.option.Setting;
import java.util.List;

/** A command that takes the model, the data and the settings of a training. */
abstract class ConfiguredTrainingCommand extends Subcommand {
  static final String DEFAULT_MODEL = "efficientnet-narrow";
  static final String SGD = "sgd";
  static final String RATE = "learning-rate";

  private final DataOptions data = new DataOptions();
  private final LoadingOptions loading = new LoadingOptions();
  private final EngineArguments engine = new EngineArguments();
  final ConfigurationArguments arguments = new ConfigurationArguments();

  /**
   * What to train.
   *
   * @param start the model as given, with its name and the origin of its weights
   * @param model to train
   * @param data with labels in the order of the model's outputs
   * @param recipe description of the settings
   */
  record Training(
      Configuration configuration,
      ModelSource.Loaded start,
      Model model,
      TrainingData data,
      String recipe,
      List<TrainingPhase> phases) {
    Training with(Configuration other) {
      return new Training(other, start, model, data, recipe, phases);
    }
  }

  /** Returns the training options. */
  abstract List<SettingOption> trainingOptions();

  /** Returns the default settings of the training. */
  abstract List<Setting> defaults();

  /** Rejects settings with which there is nothing to train, before anything is opened. */
  abstract void requireEpochs(Configuration configuration);

  /**
   * Returns what to train.
   *
   * @param told all settings including defaults
   * @param typed settings given as options of the command
   */
  abstract Training training(
      PluginRegistry registry, Configuration told, List<Setting> typed, TrainingData splits);

  /** Returns the options but those of the output. */
  final List<OptionGroup> inputGroups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.OPTIONS),
        OptionGroup.of(OptionGroup.Concern.DATA, DataOptions.OPTIONS).with(DataOptions.LIMITS),
        OptionGroup.of(OptionGroup.Concern.READING, LoadingOptions.OPTIONS),
        trainingGroup(),
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OF_TRAINING).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments));
  }

  /** Returns the training options. */
  OptionGroup trainingGroup() {
    return OptionGroup.of(OptionGroup.Concern.TRAINING, trainingOptions());
  }

  /** Reads the settings and the data, and returns what to train with all of its settings. */
  final Training prepare(PluginRegistry registry, GivenOptions given) {
    List<Setting> typed = given.settings();
    Configuration told =
        arguments.read(
            registry,
            List.of(
                LabelMode.ONE_CLASS.defaults(),
                List.of(
                    RunSettings.MODEL.byDefault(DEFAULT_MODEL),
                    RunSettings.DATASET.byDefault(DataOptions.DEFAULT_DATASET)),
                defaults(),
                typed,
                engine.settings()));
    told.requireMonitoredLogs(LabelMode.accuracies());
    requireEpochs(told);
    loading.take(told);
    data.take(told);
    TrainingData splits = TrainingData.open(told, data, loading, err());
    Training training = training(registry, told, typed, splits);
    return training.with(training.configuration().with(plugins.settings()).with(data.settings()));
  }
}
