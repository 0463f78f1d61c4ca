package dev.espalier.cli.command;

import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.run.Interruption;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.run.TrainingData;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.core.finetuning.LabelMode;
import dev.espalier.core.finetuning.Recipe;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Setting;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Trains a new classifier on a model: first the head alone, then the whole model. */
@Command(
    name = "fine-tune",
    header = "Trains a new classifier on a model, then the whole model.",
    description =
        "Without options, a small bundled EfficientNet is fine-tuned on generated shapes, "
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
public final class FineTuneCommand extends TrainingCommand {
  public FineTuneCommand(Clock clock, Interruption interruption) {
    super(clock, interruption);
  }

  @Override
  List<SettingOption> trainingOptions() {
    return List.of(
        SettingOption.of("--recipe", "NAME", RunSettings.RECIPE)
            .describedAs(recipes())
            .byDefault("quick for the bundled model, else tutorial"),
        SettingOption.of("--epochs", "NUMBER", RunSettings.EPOCHS)
            .byDefault(byRecipe(recipe -> recipe.epochs())),
        SettingOption.of("--fine-tune-epochs", "NUMBER", RunSettings.FINE_TUNING_EPOCHS)
            .byDefault(byRecipe(recipe -> recipe.wholeModelEpochs())),
        SettingOption.of("--learning-rate", "RATE", RunSettings.OPTIMIZER, SGD, RATE)
            .describedAs("Initial learning rate of the head.")
            .byDefault(byRecipe(recipe -> recipe.head().learningRate())),
        SettingOption.of(
                "--fine-tune-learning-rate", "RATE", RunSettings.FINE_TUNING_OPTIMIZER, SGD, RATE)
            .describedAs("Initial learning rate of the whole model.")
            .byDefault(byRecipe(recipe -> recipe.wholeModel().learningRate())),
        SettingOption.of("--unfreeze-blocks", "NUMBER", RunSettings.UNFREEZE_BLOCKS),
        SettingOption.of("--dropout", "RATE", RunSettings.DROPOUT)
            .byDefault(byRecipe(recipe -> recipe.dropout())),
        SettingOption.of("--batch-size", "NUMBER", RunSettings.BATCH_SIZE),
        SettingOption.of("--cache-features", "WHEN", RunSettings.CACHE_FEATURES),
        SettingOption.of("--precision", "TYPE", RunSettings.PRECISION),
        SettingOption.of("--seed", "NUMBER", RunSettings.SEED));
  }

  /** Returns a line for each recipe. */
  static String[] recipes() {
    List<String> lines = new ArrayList<>();
    lines.add("Name of a recipe; the options below change single settings of it.");
    Recipe.ALL.forEach(recipe -> lines.add(recipe.name() + ": " + recipe.description() + "."));
    return lines.toArray(String[]::new);
  }

  static String byRecipe(Function<Recipe, Number> value) {
    return Recipe.ALL.stream()
        .map(recipe -> value.apply(recipe) + " (" + recipe.name() + ")")
        .collect(Collectors.joining(", "));
  }

  /**
   * The recipe and the length of an epoch are known only later. Until then, the optimizers of one
   * recipe stand for those of all, so that their options can be given one by one.
   */
  @Override
  List<Setting> defaults() {
    return Recipe.QUICK.optimizers();
  }

  @Override
  void requireEpochs(Configuration configuration) {
    Recipe recipe = recipe(configuration);
    Integer head = configuration.find(RunSettings.EPOCHS);
    Integer whole = configuration.find(RunSettings.FINE_TUNING_EPOCHS);
    int headEpochs = head == null ? recipe.epochs() : head;
    int wholeEpochs = whole == null ? recipe.wholeModelEpochs() : whole;
    if (headEpochs + wholeEpochs == 0) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "There is nothing to train in " + headEpochs + " and " + wholeEpochs + " epochs.",
          "Give --epochs or --fine-tune-epochs a number above 0.");
    }
  }

  @Override
  Training training(
      PluginRegistry registry, Configuration told, List<Setting> typed, TrainingData splits) {
    return fineTuning(registry, told, typed, splits, err());
  }

  /** Returns what to train in a fine-tuning; see {@link #training}. */
  static Training fineTuning(
      PluginRegistry registry,
      Configuration told,
      List<Setting> typed,
      TrainingData splits,
      PrintWriter err) {
    Recipe recipe = recipe(told);
    Dataset train = splits.training();
    // An option such as --learning-rate only sets the initial value of the recipe's learning rate.
    Configuration configuration = recipe.applyTo(told, LabelMode.of(train), typed);
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
    ModelSource source = new ModelSource(registry, model, err);
    if (model.dropConnectRate == null && !source.isFile()) {
      model.dropConnectRate = recipe.dropConnectRate();
    }
    ModelSource.Loaded base = source.base();
    FineTuning fineTuning = FineTuning.of(base.model(), train, configuration);
    Training training =
        new Training(
            configuration,
            base,
            fineTuning.model(),
            splits,
            recipe.name() + ": " + recipe.description(),
            fineTuning.phases().stream().filter(phase -> phase.epochs() > 0).toList());
    if (base.origin().equals(ModelSource.RANDOM)) {
      err.println(
          "warning: the model starts from random weights, on which a classifier cannot be trained"
              + " well. Give --weights, or use espalier train.");
    }
    return training;
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
}
