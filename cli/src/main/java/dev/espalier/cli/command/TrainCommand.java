package dev.espalier.cli.command;

import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.DefaultSettings;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.LabelMode;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.cli.option.ModelOptions;
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
import dev.espalier.option.Setting;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains all of a model, from random weights unless others are given. */
@Command(
    name = "train",
    header = "Trains a model with its classifier, from random weights or given ones.",
    description = {
      "The learning rate falls to a fifth when the validation loss has not fallen for five epochs.",
      "It validates on the validation split, and on the test split of data that has no other.",
      "The model of the best epoch is kept beside that of the last; at the end both are measured",
      "on the test split.",
      "Where pictures may have several labels, the classifier decides on each by itself (sigmoid,"
          + " binary crossentropy)."
    },
    sortOptions = false,
    abbreviateSynopsis = true)
public final class TrainCommand extends Subcommand {
  private final Clock clock;
  private final Interruption interruption;

  @ArgGroup(validate = false, heading = "%nModel:%n", order = 1)
  ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nData:%n", order = 2)
  DataOptions data = new DataOptions();

  @ArgGroup(validate = false, heading = "%nReading:%n", order = 3)
  LoadingOptions loading = new LoadingOptions();

  @ArgGroup(validate = false, heading = "%nTraining:%n", order = 4)
  Training training = new Training();

  @ArgGroup(validate = false, heading = "%nEngine:%n", order = 5)
  EngineArguments engine = new EngineArguments();

  @ArgGroup(validate = false, heading = "%nResults:%n", order = 6)
  OutputOptions output = new OutputOptions();

  public TrainCommand(Clock clock, Interruption interruption) {
    this.clock = clock;
    this.interruption = interruption;
  }

  /** How to train. */
  static final class Training {
    @Option(
        names = "--epochs",
        paramLabel = "NUMBER",
        defaultValue = "20",
        description = "Epochs (default: ${DEFAULT-VALUE}).")
    int epochs = 20;

    @Option(
        names = "--learning-rate",
        paramLabel = "RATE",
        defaultValue = "0.2",
        description = "Learning rate to start with (default: ${DEFAULT-VALUE}).")
    double learningRate = 0.2;

    @Option(
        names = "--momentum",
        paramLabel = "PART",
        defaultValue = "0.1",
        description = "Nesterov momentum (default: ${DEFAULT-VALUE}).")
    double momentum = 0.1;

    @Option(
        names = "--label-smoothing",
        paramLabel = "PART",
        defaultValue = "0",
        description = "Part of each label that is spread over all classes (default: 0).")
    double labelSmoothing;

    @Option(
        names = "--batch-size",
        paramLabel = "NUMBER",
        defaultValue = "64",
        description = "Samples in a step (default: ${DEFAULT-VALUE}).")
    int batchSize = 64;

    @Option(
        names = "--seed",
        paramLabel = "NUMBER",
        defaultValue = "1",
        description = "What everything random derives from (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    @Option(
        names = "--limit",
        paramLabel = "NUMBER",
        defaultValue = "0",
        description = "Learn from so many samples only, evenly spread.")
    int limit;

    @Option(
        names = "--validation-limit",
        paramLabel = "NUMBER",
        defaultValue = "0",
        description = "Validate with so many samples only, evenly spread.")
    int validationLimit;

    Training() {}
  }

  @Override
  public Integer call() {
    engine.config = output.settings(engine.config);
    PluginRegistry registry = plugins.registry(engine.config, engine.settings);
    List<Setting> typed = GivenOptions.of(spec.commandLine().getParseResult());
    Configuration told = engine.configuration(registry, defaults().and(typed));
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
    model.take(configuration);
    ModelSource.Loaded loaded =
        new ModelSource(registry, model).complete(train.classNames().size(), mode.activation());
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
        .add(RunSettings.EPOCHS, "20")
        .add(
            RunSettings.OPTIMIZER,
            "sgd",
            Map.of("learning-rate", "0.2", "momentum", "0.1", "nesterov", "true"));
  }
}
