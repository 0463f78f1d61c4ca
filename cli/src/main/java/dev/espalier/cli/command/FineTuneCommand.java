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
import dev.espalier.cli.run.Recipe;
import dev.espalier.cli.run.RunFolder;
import dev.espalier.cli.run.TrainingData;
import dev.espalier.cli.run.TrainingRun;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.models.Graft;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
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
      "It validates on the validation split, and on the test split of data that has no other.",
      "The model of the best epoch is kept beside that of the last; at the end both are measured",
      "on the test split.",
      "Where pictures may have several labels, the classifier decides on each by itself (sigmoid,"
          + " binary crossentropy)."
    },
    sortOptions = false,
    abbreviateSynopsis = true)
public final class FineTuneCommand extends Subcommand {
  static final String DEFAULT_MODEL = "efficientnet-narrow";

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

  public FineTuneCommand(Clock clock, Interruption interruption) {
    this.clock = clock;
    this.interruption = interruption;
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
        description =
            "Learning rate that the head starts with (quick: 0.05, tutorial: 0.2, few-pictures:"
                + " 0.1).")
    @Nullable Double learningRate;

    @Option(
        names = "--fine-tune-learning-rate",
        paramLabel = "RATE",
        description =
            "Learning rate that the whole model starts with (quick: 0.05, tutorial: 0.005,"
                + " few-pictures: 0.01).")
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
  }

  @Override
  public Integer call() {
    engine.config = output.settings(engine.config);
    PluginRegistry registry = plugins.registry(engine.config, engine.settings);
    List<Setting> typed = GivenOptions.of(spec.commandLine().getParseResult());
    // Which recipe it is, and how long an epoch, is known only now.
    Configuration told = engine.configuration(registry, defaults().and(typed));
    told.requireMonitoredLogs(LabelMode.accuracies());
    Recipe recipe = recipe(told);
    loading.take(told);
    data.take(told);
    TrainingData splits = TrainingData.open(told, data, loading, err());
    Dataset train = splits.training();
    LabelMode mode = LabelMode.of(train);
    Configuration withRecipe = told.with(mode.addTo(defaults(told, recipe, typed)).all());
    Configuration configuration =
        withRecipe
            .with(callbacks(told, withRecipe, recipe))
            .with(plugins.settings())
            .with(data.settings());
    int headEpochs = configuration.get(RunSettings.EPOCHS);
    int wholeEpochs = configuration.get(RunSettings.FINE_TUNING_EPOCHS);
    if (headEpochs + wholeEpochs == 0) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "There is nothing to train in " + headEpochs + " and " + wholeEpochs + " epochs.",
          "Give --epochs or --fine-tune-epochs a number above 0.");
    }
    model.take(configuration);
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
    List<Phase> phases = phases(configuration, base.model());
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
            .dropout(configuration.get(RunSettings.DROPOUT))
            .dense(classes, mode.activation())
            .build();
    try (RunFolder folder = output.folder(configuration, base.name(), spec.name(), phases, clock)) {
      new TrainingRun(
              new TrainingRun.Plan(
                  output.command(spec, folder),
                  base.name(),
                  base.origin(),
                  grafted,
                  splits,
                  recipe.name() + ": " + recipe.description(),
                  phases,
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

  /**
   * Which recipe it is depends on these and what is given; until that is known, the schedules of
   * one stand in for those of all, so that single options of them can be given.
   */
  private static DefaultSettings defaults() {
    DefaultSettings defaults =
        LabelMode.ONE_CLASS
            .addTo(new DefaultSettings())
            .add(RunSettings.MODEL, DEFAULT_MODEL)
            .add(RunSettings.DATASET, DataOptions.DEFAULT_DATASET);
    Recipe.QUICK.head().addTo(defaults, RunSettings.OPTIMIZER, 1, null);
    Recipe.QUICK.whole().addTo(defaults, RunSettings.FINE_TUNING_OPTIMIZER, 1, null);
    return defaults;
  }

  private static Recipe recipe(Configuration configuration) {
    Setting named = configuration.setting(RunSettings.RECIPE);
    if (named != null) {
      return Recipe.named(named.text());
    }
    return configuration.get(RunSettings.MODEL).equals(DEFAULT_MODEL)
        ? Recipe.QUICK
        : Recipe.TUTORIAL;
  }

  private static DefaultSettings defaults(Configuration told, Recipe recipe, List<Setting> typed) {
    Integer headEpochs = told.find(RunSettings.EPOCHS);
    Integer wholeEpochs = told.find(RunSettings.FINE_TUNING_EPOCHS);
    int head = headEpochs == null ? recipe.epochs() : headEpochs;
    int whole = wholeEpochs == null ? recipe.fineTuneEpochs() : wholeEpochs;
    DefaultSettings defaults =
        new DefaultSettings()
            .add(RunSettings.RECIPE, recipe.name())
            .add(RunSettings.EPOCHS, Integer.toString(head))
            .add(RunSettings.FINE_TUNING_EPOCHS, Integer.toString(whole))
            .add(RunSettings.DROPOUT, Double.toString(recipe.dropout()));
    recipe
        .head()
        .addTo(defaults, RunSettings.OPTIMIZER, head, start(told, RunSettings.OPTIMIZER, typed));
    recipe
        .whole()
        .addTo(
            defaults,
            RunSettings.FINE_TUNING_OPTIMIZER,
            whole,
            start(told, RunSettings.FINE_TUNING_OPTIMIZER, typed));
    return defaults;
  }

  /**
   * Returns the learning rate that was given as an option of the command, such as {@code
   * --learning-rate}, if the optimizer is the recipe's. The setting of that name says more: that
   * the learning rate is constant.
   */
  private static @Nullable Setting start(
      Configuration told, SettingKey<Optimizer> key, List<Setting> typed) {
    boolean chosen =
        told.settings().stream()
            .filter(setting -> setting.name().equals(key.name() + ".name"))
            .anyMatch(setting -> setting.origin().source() != Origin.Source.DEFAULT);
    return typed.stream()
        .filter(setting -> !chosen && setting.name().equals(key.name() + ".learning-rate"))
        .findFirst()
        .orElse(null);
  }

  private static List<Phase> phases(Configuration configuration, Model base) {
    List<Phase> phases = new ArrayList<>();
    int headEpochs = configuration.get(RunSettings.EPOCHS);
    if (headEpochs > 0) {
      phases.add(
          Phase.of(
              "head",
              "the head on the frozen base",
              model -> model,
              configuration,
              RunSettings.OPTIMIZER,
              RunSettings.CALLBACKS,
              headEpochs));
    }
    int wholeEpochs = configuration.get(RunSettings.FINE_TUNING_EPOCHS);
    if (wholeEpochs > 0) {
      phases.add(
          Phase.of(
              "fine-tune",
              "the whole model but the base's batch normalizations",
              model -> Graft.unfreezeAllButBatchNorms(model, base),
              configuration,
              RunSettings.FINE_TUNING_OPTIMIZER,
              configuration.isGiven(RunSettings.FINE_TUNING_CALLBACKS)
                  ? RunSettings.FINE_TUNING_CALLBACKS
                  : RunSettings.CALLBACKS,
              wholeEpochs));
    }
    return phases;
  }

  /**
   * Returns the recipe's callbacks where nobody gave others, which for the whole model are those of
   * the head unless it has some of its own.
   *
   * @param configuration with the optimizers, whose learning rates they start from
   */
  private static List<Setting> callbacks(
      Configuration told, Configuration configuration, Recipe recipe) {
    DefaultSettings callbacks = new DefaultSettings();
    if (told.isGiven(RunSettings.CALLBACKS)) {
      return List.of();
    }
    recipe.head().addTo(callbacks, RunSettings.CALLBACKS, configuration.get(RunSettings.OPTIMIZER));
    if (!told.isGiven(RunSettings.FINE_TUNING_CALLBACKS)) {
      recipe
          .whole()
          .addTo(
              callbacks,
              RunSettings.FINE_TUNING_CALLBACKS,
              configuration.get(RunSettings.FINE_TUNING_OPTIMIZER));
    }
    return callbacks.all();
  }
}
