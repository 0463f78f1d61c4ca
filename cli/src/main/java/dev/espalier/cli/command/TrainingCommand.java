package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.run.Interruption;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.run.OutputOptions;
import dev.espalier.cli.run.RunFolder;
import dev.espalier.cli.run.TrainingData;
import dev.espalier.cli.run.TrainingRun;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.DefaultSettings;
import dev.espalier.core.configuration.LabelMode;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.finetuning.TrainingPhase;
import dev.espalier.model.Model;
import dev.espalier.option.Setting;
import java.time.Clock;
import java.util.List;

/** A command that trains a model and fills the folder of the run. */
abstract class TrainingCommand extends Subcommand {
  static final String DEFAULT_MODEL = "efficientnet-narrow";
  static final String SGD = "sgd";
  static final String RATE = "learning-rate";

  private final Clock clock;
  private final Interruption interruption;
  private final DataOptions data = new DataOptions();
  private final LoadingOptions loading = new LoadingOptions();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();
  private final OutputOptions output = new OutputOptions();

  TrainingCommand(Clock clock, Interruption interruption) {
    this.clock = clock;
    this.interruption = interruption;
  }

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
      List<TrainingPhase> phases) {}

  /** Returns the training options. */
  abstract List<SettingOption> trainingOptions();

  /** Adds the default settings. */
  abstract void addDefaults(DefaultSettings settings);

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

  @Override
  final List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.OPTIONS),
        OptionGroup.of(OptionGroup.Concern.DATA, DataOptions.OPTIONS).with(DataOptions.LIMITS),
        OptionGroup.of(OptionGroup.Concern.READING, LoadingOptions.OPTIONS),
        OptionGroup.of(OptionGroup.Concern.TRAINING, trainingOptions()),
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OF_TRAINING).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, OutputOptions.OPTIONS).with(output));
  }

  @Override
  public final Integer call() {
    GivenOptions given = given();
    arguments.config = output.settings(arguments.config, given);
    PluginRegistry registry = registry(arguments);
    List<Setting> typed = given.settings();
    DefaultSettings settings =
        LabelMode.ONE_CLASS
            .addTo(new DefaultSettings())
            .add(RunSettings.MODEL, DEFAULT_MODEL)
            .add(RunSettings.DATASET, DataOptions.DEFAULT_DATASET);
    addDefaults(settings);
    Configuration told = arguments.read(registry, settings.and(typed).and(engine.settings()));
    told.requireMonitoredLogs(LabelMode.accuracies());
    requireEpochs(told);
    loading.take(told);
    data.take(told);
    TrainingData splits = TrainingData.open(told, data, loading, err());
    Training training = training(registry, told, typed, splits);
    Configuration configuration =
        training.configuration().with(plugins.settings()).with(data.settings());
    String name = training.start().name();
    try (RunFolder folder =
        output.folder(configuration, name, spec.name(), training.phases(), clock)) {
      TrainingRun.Plan plan =
          new TrainingRun.Plan(
              output.command(spec, folder),
              name,
              training.start().origin(),
              training.model(),
              training.data(),
              training.recipe(),
              training.phases(),
              configuration.get(RunSettings.BATCH_SIZE),
              configuration.get(RunSettings.SEED));
      new TrainingRun(plan, registry, configuration, folder, spec.commandLine(), interruption)
          .run();
    }
    return 0;
  }
}
