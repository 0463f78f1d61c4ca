package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.DefaultSettings;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.LabelMode;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.run.Interruption;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.run.OutputOptions;
import dev.espalier.cli.run.Phase;
import dev.espalier.cli.run.RunFolder;
import dev.espalier.cli.run.TrainingData;
import dev.espalier.cli.run.TrainingRun;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Trains all of a model, from random weights unless others are given. */
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
public final class TrainCommand extends Subcommand {
  private final Clock clock;
  private final Interruption interruption;

  private static final String EPOCHS = "20";
  private static final String LEARNING_RATE = "0.2";
  private static final String MOMENTUM = "0.1";
  private static final String SGD = "sgd";

  private final DataOptions data = new DataOptions();
  private final LoadingOptions loading = new LoadingOptions();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();
  private final OutputOptions output = new OutputOptions();

  public TrainCommand(Clock clock, Interruption interruption) {
    this.clock = clock;
    this.interruption = interruption;
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.OPTIONS),
        OptionGroup.of(OptionGroup.Concern.DATA, DataOptions.OPTIONS)
            .with(data)
            .with(DataOptions.LIMITS),
        OptionGroup.of(OptionGroup.Concern.READING, LoadingOptions.OPTIONS),
        OptionGroup.of(
            OptionGroup.Concern.TRAINING,
            List.of(
                SettingOption.of("--epochs", "NUMBER", RunSettings.EPOCHS).byDefault(EPOCHS),
                SettingOption.of(
                        "--learning-rate", "RATE", RunSettings.OPTIMIZER, SGD, "learning-rate")
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
                SettingOption.of("--seed", "NUMBER", RunSettings.SEED))),
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OPTIONS).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, OutputOptions.OPTIONS).with(output));
  }

  @Override
  public Integer call() {
    GivenOptions given = given();
    arguments.config = output.settings(arguments.config, given);
    PluginRegistry registry = registry(arguments);
    Configuration told =
        arguments.read(registry, defaults().and(given.settings()).and(engine.settings()));
    told.requireMonitoredLogs(LabelMode.accuracies());
    int epochs = told.get(RunSettings.EPOCHS);
    if (epochs < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "There is nothing to train in " + epochs + " epochs.",
          "Give --epochs a number above 0.");
    }
    loading.take(told);
    data.take(told);
    TrainingData splits = TrainingData.open(told, data, loading, err());
    Dataset train = splits.training();
    LabelMode mode = LabelMode.of(train);
    Configuration configuration =
        told.with(mode.addTo(callbacks(told)).all()).with(plugins.settings()).with(data.settings());
    ModelSource.Loaded loaded =
        new ModelSource(registry, ModelOptions.of(configuration))
            .complete(train.classNames().size(), mode.activation());
    Phase phase =
        Phase.of(
            "train",
            "all layers",
            whole -> whole,
            configuration,
            RunSettings.OPTIMIZER,
            RunSettings.CALLBACKS,
            epochs);
    try (RunFolder folder =
        output.folder(configuration, loaded.name(), spec.name(), List.of(phase), clock)) {
      new TrainingRun(
              new TrainingRun.Plan(
                  output.command(spec, folder),
                  loaded.name(),
                  loaded.origin(),
                  loaded.model(),
                  splits.matched(loaded),
                  "plain training",
                  List.of(phase),
                  configuration.get(RunSettings.BATCH_SIZE),
                  configuration.get(RunSettings.SEED)),
              registry,
              configuration,
              folder,
              spec.commandLine(),
              interruption)
          .run();
    }
    return 0;
  }

  /** The rate may come from a file; what is derived from it is set afterwards. */
  private static DefaultSettings callbacks(Configuration told) {
    DefaultSettings callbacks = new DefaultSettings();
    return told.isGiven(RunSettings.CALLBACKS)
        ? callbacks
        : callbacks.addPlateau(RunSettings.CALLBACKS, told.get(RunSettings.OPTIMIZER), 5, 0.005);
  }

  private static DefaultSettings defaults() {
    return LabelMode.ONE_CLASS
        .addTo(new DefaultSettings())
        .add(RunSettings.MODEL, FineTuneCommand.DEFAULT_MODEL)
        .add(RunSettings.DATASET, DataOptions.DEFAULT_DATASET)
        .add(RunSettings.EPOCHS, EPOCHS)
        .add(
            RunSettings.OPTIMIZER,
            SGD,
            Map.of("learning-rate", LEARNING_RATE, "momentum", MOMENTUM, "nesterov", "true"));
  }
}
