package dev.espalier.cli;

import dev.espalier.callbacks.ReduceLrOnPlateau;
import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.training.Losses;
import dev.espalier.training.Sgd;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains all of a model, from random weights unless others are given. */
@Command(
    name = "train",
    header = "Trains a model with its classifier, from random weights or given ones.",
    description = {
      "The learning rate falls to a fifth when the validation loss has not fallen for five epochs.",
      "The test part of the data serves as validation."
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class TrainCommand extends Subcommand {
  private final Clock clock;

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

  TrainCommand(Clock clock) {
    this.clock = clock;
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
    if (training.epochs < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "There is nothing to train in " + training.epochs + " epochs.",
          "Give --epochs a number above 0.");
    }
    PluginRegistry registry = plugins.registry();
    EngineSettings engineSettings = engine.settings(registry);
    if (model.model == null) {
      model.model = FineTuneCommand.DEFAULT_MODEL;
    }
    Dataset train =
        loading.apply(
            data.open(registry, Split.TRAIN, training.seed, training.limit, err()), err());
    Dataset validation =
        loading.apply(
            data.open(registry, Split.TEST, training.seed, training.validationLimit, err()), err());
    int classes = train.classNames().size();
    ModelSource.Loaded loaded = new ModelSource(registry, model).complete(classes);
    int outputs = loaded.model().output().shape().size(-1);
    if (outputs != classes) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The model has " + outputs + " classes, and " + train.name() + " has " + classes + ".",
          "Leave --classes out, or use espalier fine-tune to put a new classifier on the model.");
    }
    RunFolder folder = RunFolder.create(output.output, RunFolder.RUNS, loaded.name(), clock);
    Sgd optimizer = Sgd.of(training.learningRate);
    if (training.momentum != 0) {
      optimizer = optimizer.momentum(training.momentum).nesterov();
    }
    String settings =
        "SGD at "
            + training.learningRate
            + (training.momentum == 0 ? "" : ", Nesterov momentum " + training.momentum);
    Phase phase =
        new Phase(
            "train",
            "all layers",
            whole -> whole,
            optimizer,
            settings,
            List.of(
                ReduceLrOnPlateau.on("val_loss")
                    .factor(0.2)
                    .patience(5)
                    .minLr(Math.min(0.005, training.learningRate))),
            training.epochs);
    new TrainingRun(
            new TrainingRun.Plan(
                CommandText.of(spec),
                loaded.name(),
                loaded.origin(),
                loaded.model(),
                train,
                validation,
                "plain training",
                Losses.categoricalCrossentropy().labelSmoothing(training.labelSmoothing),
                List.of(phase),
                training.batchSize,
                loading,
                training.seed),
            registry,
            engineSettings,
            output,
            folder,
            out())
        .run();
    return 0;
  }
}
