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
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Puts a new head on a model and trains it: the head alone first, then the whole. */
@Command(
    name = "fine-tune",
    header = "Trains a new classifier on a model, then the whole model.",
    description =
        "Without options, a small bundled EfficientNet is fine-tuned on drawn shapes, "
            + "in about a minute on two cores. Validates on the validation split, or on the "
            + "test split of data without one. Keeps the model of the last epoch and that of "
            + "the best one, and evaluates both on the test split. For images with several "
            + "labels each class is decided independently (sigmoid, binary crossentropy).",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier fine-tune",
      "  espalier fine-tune --data photos --epochs 5 --output runs/photos",
      "  espalier fine-tune --model efficientnetv2-b0 --dataset cifar100 --download",
      "  espalier fine-tune --resume runs/photos"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
public final class FineTuneCommand extends Subcommand {
  static final String DEFAULT_MODEL = "efficientnet-narrow";

  private final Clock clock;
  private final Interruption interruption;

  private static final String SGD = "sgd";
  private static final String RATE = "learning-rate";

  private final DataOptions data = new DataOptions();
  private final LoadingOptions loading = new LoadingOptions();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();
  private final OutputOptions output = new OutputOptions();

  public FineTuneCommand(Clock clock, Interruption interruption) {
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
                SettingOption.of("--recipe", "NAME", RunSettings.RECIPE)
                    .describedAs(recipes())
                    .byDefault("quick for the bundled model, else tutorial"),
                SettingOption.of("--epochs", "NUMBER", RunSettings.EPOCHS)
                    .byDefault(byRecipe(recipe -> recipe.epochs())),
                SettingOption.of("--fine-tune-epochs", "NUMBER", RunSettings.FINE_TUNING_EPOCHS)
                    .byDefault(byRecipe(recipe -> recipe.fineTuneEpochs())),
                SettingOption.of("--learning-rate", "RATE", RunSettings.OPTIMIZER, SGD, RATE)
                    .describedAs("Initial learning rate of the head.")
                    .byDefault(byRecipe(recipe -> recipe.head().learningRate())),
                SettingOption.of(
                        "--fine-tune-learning-rate",
                        "RATE",
                        RunSettings.FINE_TUNING_OPTIMIZER,
                        SGD,
                        RATE)
                    .describedAs("Initial learning rate of the whole model.")
                    .byDefault(byRecipe(recipe -> recipe.whole().learningRate())),
                SettingOption.of("--dropout", "RATE", RunSettings.DROPOUT)
                    .byDefault(byRecipe(recipe -> recipe.dropout())),
                SettingOption.of("--batch-size", "NUMBER", RunSettings.BATCH_SIZE),
                SettingOption.of("--seed", "NUMBER", RunSettings.SEED))),
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OPTIONS).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, OutputOptions.OPTIONS).with(output));
  }

  /** Returns a line for each recipe. */
  private static String[] recipes() {
    List<String> lines = new ArrayList<>();
    lines.add("Name of a recipe; the options below change single settings of it.");
    Recipe.ALL.forEach(recipe -> lines.add(recipe.name() + ": " + recipe.description() + "."));
    return lines.toArray(String[]::new);
  }

  private static String byRecipe(Function<Recipe, Number> value) {
    return Recipe.ALL.stream()
        .map(recipe -> value.apply(recipe) + " (" + recipe.name() + ")")
        .collect(Collectors.joining(", "));
  }

  @Override
  public Integer call() {
    GivenOptions given = given();
    arguments.config = output.settings(arguments.config, given);
    PluginRegistry registry = registry(arguments);
    List<Setting> typed = given.settings();
    // Which recipe it is, and how long an epoch, is known only now.
    Configuration told = arguments.read(registry, defaults().and(typed).and(engine.settings()));
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
    ModelOptions model = ModelOptions.of(configuration);
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
