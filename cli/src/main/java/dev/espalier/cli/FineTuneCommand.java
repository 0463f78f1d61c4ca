package dev.espalier.cli;

import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.Activation;
import dev.espalier.model.Model;
import dev.espalier.models.Graft;
import dev.espalier.training.Losses;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts a new head on a model and trains it: the head alone first, then the whole. */
@Command(
    name = "fine-tune",
    header = "Trains a new classifier on a model, then the whole model.",
    description = {
      "Without options: a small bundled EfficientNet learns to tell drawn shapes apart, in about"
          + " a minute on two cores.",
      "The test part of the data serves as validation."
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class FineTuneCommand extends Subcommand {
  static final String DEFAULT_MODEL = "efficientnet-narrow";

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

  FineTuneCommand(Clock clock) {
    this.clock = clock;
  }

  /** How to train. Each option overrides the recipe. */
  static final class Training {
    @Option(
        names = "--recipe",
        paramLabel = "NAME",
        description = {
          "Settings under a name; the options below change single ones.",
          "quick: for small models and little time (default for the bundled model)",
          "tutorial: as in Keras' tutorial on EfficientNet (default for all others)",
          "few-pictures: strong weight decay on the head, a learning rate that falls to zero"
        })
    @Nullable String recipe;

    @Option(
        names = "--epochs",
        paramLabel = "NUMBER",
        description = "Epochs of the head alone (quick: 4, tutorial: 10, few-pictures: 8).")
    @Nullable Integer epochs;

    @Option(
        names = "--fine-tune-epochs",
        paramLabel = "NUMBER",
        description =
            "Epochs of the whole model after that (quick: 6, tutorial: 4, few-pictures: 3).")
    @Nullable Integer fineTuneEpochs;

    @Option(
        names = "--learning-rate",
        paramLabel = "RATE",
        description = "Learning rate of the head (quick: 0.05, tutorial: 0.2, few-pictures: 0.1).")
    @Nullable Double learningRate;

    @Option(
        names = "--fine-tune-learning-rate",
        paramLabel = "RATE",
        description =
            "Learning rate of the whole model (quick: 0.05, tutorial: 0.005, few-pictures: 0.01).")
    @Nullable Double fineTuneLearningRate;

    @Option(
        names = "--dropout",
        paramLabel = "RATE",
        description = "Dropout before the new classifier (few-pictures: 0, else 0.2).")
    @Nullable Double dropout;

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

    Recipe chosen(Recipe usual) {
      String named = recipe;
      Recipe base = named == null ? usual : Recipe.named(named);
      Recipe.Step head = base.head();
      Double headRate = learningRate;
      if (headRate != null) {
        head = head.withLearningRate(headRate);
      }
      Recipe.Step whole = base.whole();
      Double wholeRate = fineTuneLearningRate;
      if (wholeRate != null) {
        whole = whole.withLearningRate(wholeRate);
      }
      Integer headEpochs = epochs;
      Integer wholeEpochs = fineTuneEpochs;
      Double rate = dropout;
      return new Recipe(
          base.name(),
          base.description(),
          headEpochs == null ? base.epochs() : headEpochs,
          wholeEpochs == null ? base.fineTuneEpochs() : wholeEpochs,
          head,
          whole,
          rate == null ? base.dropout() : rate,
          base.dropConnectRate());
    }
  }

  @Override
  public Integer call() {
    String modelName = model.model == null ? DEFAULT_MODEL : model.model;
    model.model = modelName;
    Recipe recipe =
        training.chosen(modelName.equals(DEFAULT_MODEL) ? Recipe.QUICK : Recipe.TUTORIAL);
    if (recipe.epochs() < 0
        || recipe.fineTuneEpochs() < 0
        || recipe.epochs() + recipe.fineTuneEpochs() == 0) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "There is nothing to train in "
              + recipe.epochs()
              + " and "
              + recipe.fineTuneEpochs()
              + " epochs.",
          "Give --epochs or --fine-tune-epochs a number above 0.");
    }
    PluginRegistry registry = plugins.registry();
    EngineSettings engineSettings = engine.settings(registry);
    Dataset train =
        loading.apply(
            data.open(registry, Split.TRAIN, training.seed, training.limit, err()), err());
    Dataset validation =
        loading.apply(
            data.open(registry, Split.TEST, training.seed, training.validationLimit, err()), err());
    int classes = train.classNames().size();
    Integer wanted = model.classes;
    if (wanted != null && wanted != classes) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          train.name() + " has " + classes + " classes, not " + wanted + ".",
          "Leave --classes out: the new classifier gets as many as the data.");
    }
    model.classes = null;
    ModelSource source = new ModelSource(registry, model);
    if (model.dropConnectRate == null && !source.isFile()) {
      model.dropConnectRate = recipe.dropConnectRate();
    }
    ModelSource.Loaded base = source.base();
    RunFolder folder = RunFolder.create(output.output, RunFolder.RUNS, base.name(), clock);
    if (base.origin().equals(ModelSource.RANDOM)) {
      err()
          .println(
              "warning: the model starts from random weights, and a classifier on those learns"
                  + " little. Give --weights, or use espalier train.");
    }
    Model grafted =
        Graft.onto(base.model())
            .frozen()
            .globalAveragePooling()
            .batchNormalization()
            .dropout(recipe.dropout())
            .dense(classes, Activation.SOFTMAX)
            .build();
    new TrainingRun(
            new TrainingRun.Plan(
                CommandText.of(spec),
                base.name(),
                base.origin(),
                grafted,
                train,
                validation,
                recipe.name() + ": " + recipe.description(),
                Losses.categoricalCrossentropy(),
                phases(recipe, base.model(), updates(train)),
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

  private long updates(Dataset train) {
    return (train.size() + training.batchSize - 1L) / Math.max(1, training.batchSize);
  }

  private static List<Phase> phases(Recipe recipe, Model base, long updatesPerEpoch) {
    List<Phase> phases = new ArrayList<>();
    if (recipe.epochs() > 0) {
      phases.add(
          new Phase(
              "head",
              "the head on the frozen base",
              model -> model,
              recipe.head().optimizer(updatesPerEpoch * recipe.epochs()),
              recipe.head().words(),
              recipe.head().callbacks(),
              recipe.epochs()));
    }
    if (recipe.fineTuneEpochs() > 0) {
      phases.add(
          new Phase(
              "fine-tune",
              "the whole model but the base's batch normalizations",
              model -> Graft.unfreezeAllButBatchNorms(model, base),
              recipe.whole().optimizer(updatesPerEpoch * recipe.fineTuneEpochs()),
              recipe.whole().words(),
              recipe.whole().callbacks(),
              recipe.fineTuneEpochs()));
    }
    return phases;
  }
}
