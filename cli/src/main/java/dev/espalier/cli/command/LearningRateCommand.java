package dev.espalier.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.run.LearningRateChart;
import dev.espalier.cli.run.TrainingData;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.core.finetuning.PhaseListener;
import dev.espalier.core.finetuning.PhasedTraining;
import dev.espalier.core.finetuning.Recipe;
import dev.espalier.core.finetuning.TrainingPhase;
import dev.espalier.core.learningrate.LearningRateCurve;
import dev.espalier.core.learningrate.LearningRateFinder;
import dev.espalier.engine.Engine;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.model.Model;
import dev.espalier.option.Setting;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Finds the learning rate of a training by a range test. */
@Command(
    name = "lr-find",
    header = "Finds a learning rate for fine-tune or train.",
    description = {
      "Trains for some steps while the learning rate grows, and records the loss. A good",
      "learning rate is where the loss falls fastest, well below where it explodes.",
      "Takes the settings of the training; nothing of the trained model is kept."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier lr-find --data photos",
      "  espalier lr-find --data photos --phase whole --epochs 2",
      "  espalier lr-find --phase train --steps 200 --to 1 --json"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class LearningRateCommand extends ConfiguredTrainingCommand {
  private static final int ROWS = 10;

  private final Test test = new Test();
  private final Output output = new Output();
  private final JsonOption json = new JsonOption();

  LearningRateCommand() {}

  /** What the learning rate is for. */
  enum Phase {
    HEAD(FineTuning.HEAD, "espalier fine-tune --learning-rate"),
    WHOLE(FineTuning.WHOLE_MODEL, "espalier fine-tune --fine-tune-learning-rate"),
    TRAIN("train", "espalier train --learning-rate");

    private final String phase;
    private final String use;

    Phase(String phase, String use) {
      this.phase = phase;
      this.use = use;
    }
  }

  /** The range test. */
  static final class Test {
    @Option(
        names = "--phase",
        paramLabel = "PHASE",
        description = {
          "What the learning rate is for. Default: head.",
          "head: the new classifier in fine-tune.",
          "whole: the whole model in fine-tune; trains the head first.",
          "train: the command train."
        })
    Phase phase = Phase.HEAD;

    @Option(
        names = "--from",
        paramLabel = "RATE",
        description = "Learning rate of the first step. Default: 1e-7.")
    double lowest = 1e-7;

    @Option(
        names = "--to",
        paramLabel = "RATE",
        description = "Learning rate of the last step. Default: 10.")
    double highest = 10;

    @Option(
        names = "--steps",
        paramLabel = "NUMBER",
        description = "Number of steps, 10 or more. Default: 100.")
    int steps = 100;

    Test() {}
  }

  /** Where the curve is drawn. */
  static final class Output {
    @Option(
        names = "--output",
        paramLabel = "FILE",
        description = "PNG of the curve, which may exist. Default: learning-rate.png.")
    String file = "learning-rate.png";

    Output() {}
  }

  @Override
  List<SettingOption> trainingOptions() {
    return List.of(
        SettingOption.of("--recipe", "NAME", RunSettings.RECIPE)
            .describedAs(FineTuneCommand.recipes())
            .byDefault("quick for the bundled model, else tutorial"),
        SettingOption.of("--epochs", "NUMBER", RunSettings.EPOCHS)
            .describedAs("Number of epochs of the head before the whole model is tested.")
            .byDefault(FineTuneCommand.byRecipe(Recipe::epochs)),
        SettingOption.of("--dropout", "RATE", RunSettings.DROPOUT)
            .byDefault(FineTuneCommand.byRecipe(Recipe::dropout)),
        SettingOption.of("--batch-size", "NUMBER", RunSettings.BATCH_SIZE),
        SettingOption.of("--precision", "TYPE", RunSettings.PRECISION),
        SettingOption.of("--seed", "NUMBER", RunSettings.SEED));
  }

  @Override
  OptionGroup trainingGroup() {
    return OptionGroup.of(OptionGroup.Concern.TRAINING, test).with(trainingOptions());
  }

  @Override
  List<OptionGroup> groups() {
    List<OptionGroup> groups = new ArrayList<>(inputGroups());
    groups.add(
        OptionGroup.of(OptionGroup.Concern.OUTPUT, output)
            .with(List.of(SettingOption.flag("--quiet", RunSettings.QUIET).orShort("-q")))
            .with(json));
    return groups;
  }

  @Override
  List<Setting> defaults() {
    return test.phase == Phase.TRAIN ? TrainCommand.plainDefaults() : Recipe.QUICK.optimizers();
  }

  /** The number of epochs does not limit the test. */
  @Override
  void requireEpochs(Configuration configuration) {}

  @Override
  Training training(
      PluginRegistry registry, Configuration told, List<Setting> typed, TrainingData splits) {
    return test.phase == Phase.TRAIN
        ? TrainCommand.plainTraining(registry, told, splits, err())
        : FineTuneCommand.fineTuning(registry, told, typed, splits, err());
  }

  @Override
  public Integer call() {
    Path chart = FileNames.path(output.file);
    PluginRegistry registry = registry(arguments);
    Training training = prepare(registry, given());
    Configuration configuration = training.configuration();
    FitOptions options =
        configuration.fitOptions().toBuilder()
            .callbacks(List.of())
            .output(System.out)
            .verbosity(
                configuration.get(RunSettings.QUIET) || json.json
                    ? Verbosity.SILENT
                    : configuration.fitOptions().verbosity())
            .build();
    TrainingConfig config = configuration.trainingConfig();
    LearningRateFinder finder = finder(training, training.model(), config, options);
    LearningRateCurve curve;
    try (Engine engine = registry.openEngine(config.engineSettings())) {
      curve =
          test.phase == Phase.WHOLE
              ? finder(training, trainedHead(training, config, options, engine), config, options)
                  .run(engine)
              : finder.run(engine);
    }
    LearningRateChart chartOfCurve = new LearningRateChart(title(training), curve);
    if (json.json) {
      chartOfCurve.write(chart);
      printJson(toJson(training, curve, chart));
    } else {
      print(training, curve);
      chartOfCurve.write(chart);
      printText("Curve    " + chart);
    }
    return 0;
  }

  private LearningRateFinder finder(
      Training training, Model model, TrainingConfig config, FitOptions options) {
    TrainingPhase phase = phase(training, test.phase);
    return LearningRateFinder.of(
            phase.change().apply(model), training.data().training(), config, options)
        .config(builder -> builder.optimizer(phase.optimizer()))
        .range(test.lowest, test.highest)
        .steps(test.steps);
  }

  private static TrainingPhase phase(Training training, Phase wanted) {
    return training.phases().stream()
        .filter(phase -> phase.name().equals(wanted.phase))
        .findFirst()
        .orElseThrow(
            () ->
                new EspalierException(
                    ErrorCode.INVALID_OPTION,
                    "The phase \"" + wanted.phase + "\" has no epochs.",
                    "Give it a number of epochs above 0, or test another phase."));
  }

  private static Model trainedHead(
      Training training, TrainingConfig config, FitOptions options, Engine engine) {
    List<TrainingPhase> before =
        training.phases().stream()
            .filter(phase -> !phase.name().equals(Phase.WHOLE.phase))
            .toList();
    if (before.isEmpty()) {
      return training.model();
    }
    PhasedTraining head = new PhasedTraining(before, training.data().training(), options);
    try (Trainer trainer = head.trainer(training.model(), config, engine)) {
      head.run(trainer, new PhaseListener() {});
      return trainer.model();
    }
  }

  private String title(Training training) {
    return training.start().name()
        + " on "
        + training.data().training().name().replaceFirst("/train$", "")
        + ", "
        + phase(training, test.phase).title();
  }

  private void print(Training training, LearningRateCurve curve) {
    PrintWriter out = out();
    out.println(title(training));
    out.println("learning rate  loss");
    int count = curve.points().size();
    for (int row = 0; row < Math.min(ROWS, count); row++) {
      LearningRateCurve.Point point =
          curve.points().get(row * (count - 1) / Math.max(1, Math.min(ROWS, count) - 1));
      out.println(
          String.format(Locale.ROOT, "%-13.2e  %.4f", point.learningRate(), point.smoothedLoss()));
    }
    if (curve.diverged()) {
      out.println("Ended early: the loss diverged.");
    }
    out.println("Steepest descent at " + text(curve.steepest()));
    out.println("A tenth of the minimum: " + text(curve.tenthOfMinimum()));
    Double suggestion = curve.suggestion();
    out.println(
        suggestion == null
            ? "No suggestion: the loss does not fall. Give --from a smaller number, --steps a larger"
                + " one, or check the data."
            : "Suggested: " + test.phase.use + " " + text(suggestion));
    out.flush();
  }

  private static String text(@Nullable Double rate) {
    return rate == null ? "none" : String.format(Locale.ROOT, "%.2g", rate);
  }

  private JsonObject toJson(Training training, LearningRateCurve curve, Path chart) {
    JsonObject object = new JsonObject();
    object.addProperty("model", training.start().name());
    object.addProperty("dataset", training.data().training().name());
    object.addProperty("phase", test.phase.name().toLowerCase(Locale.ROOT));
    object.addProperty("suggestion", curve.suggestion());
    object.addProperty("steepest", curve.steepest());
    object.addProperty("tenthOfMinimum", curve.tenthOfMinimum());
    object.addProperty("diverged", curve.diverged());
    object.addProperty("chart", chart.toString());
    JsonArray points = new JsonArray();
    for (LearningRateCurve.Point point : curve.points()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("learningRate", point.learningRate());
      entry.addProperty("loss", point.loss());
      entry.addProperty("smoothedLoss", point.smoothedLoss());
      points.add(entry);
    }
    object.add("points", points);
    return object;
  }
}
