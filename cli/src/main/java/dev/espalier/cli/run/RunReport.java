package dev.espalier.cli.run;

import dev.espalier.cli.text.CommandText;
import dev.espalier.cli.text.OptimizerText;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.core.finetuning.LabelMode;
import dev.espalier.core.finetuning.TrainingPhase;
import dev.espalier.data.Dataset;
import dev.espalier.metric.Evaluation;
import dev.espalier.option.Setting;
import dev.espalier.report.EvaluatedModel;
import dev.espalier.report.Report;
import dev.espalier.report.RunHistory;
import dev.espalier.report.TrainingImage;
import dev.espalier.schedule.ConstantLearningRate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run tells in its report: settings and results.
 *
 * @param monitor the value that determined the best model
 * @param images as the model was trained on them
 */
record RunReport(
    TrainingRun.Plan plan,
    Configuration configuration,
    RunHistory history,
    RunResults results,
    String monitor,
    List<TrainingImage> images,
    String engineName,
    double seconds) {
  private static final String VALIDATION = "val_";

  Report of(RunFolder folder) {
    Report report =
        Report.of(history)
            .title(plan.title())
            .metric(plan.labelMode().accuracy().name())
            .classNames(plan.training().classNames())
            .phases(
                plan.phases().stream()
                    .collect(Collectors.toMap(TrainingPhase::name, TrainingPhase::title)))
            .models(models(folder), monitor)
            .trainingImages(images)
            .settings(settings())
            .configuration(flat())
            .seconds(seconds)
            .files(files(folder))
            .commands(commands(folder));
    if (results.analysis() != null) {
      report =
          report
              .analysis(results.analysis())
              .analysed(results.best() == null ? "the last model" : "the best model");
    }
    if (results.analysisProblem() != null) {
      report = report.note("The predictions were not analysed. " + results.analysisProblem());
    }
    return results.problem() == null
        ? report
        : report.note("Not evaluated on the test split. " + results.problem());
  }

  private List<EvaluatedModel> models(RunFolder folder) {
    List<EvaluatedModel> models = new ArrayList<>();
    RunResults.Measured best = results.best();
    if (best != null) {
      models.add(model("best by " + monitor, folder.best().getFileName().toString(), best));
    }
    models.add(
        model(
            results.same() ? "last, the same weights" : "last",
            folder.model().getFileName().toString(),
            results.last()));
    return models;
  }

  private static EvaluatedModel model(String title, String file, RunResults.Measured model) {
    Map<String, Double> validation = new LinkedHashMap<>();
    model
        .epoch()
        .values()
        .forEach(
            (name, value) -> {
              if (name.startsWith(VALIDATION)) {
                validation.put(name.substring(VALIDATION.length()), value);
              }
            });
    Evaluation test = model.test();
    return new EvaluatedModel(
        title, file, model.epoch().number(), validation, test == null ? Map.of() : test.values());
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", plan.modelName() + ", " + plan.origin());
    settings.put("parameters", String.format(Locale.ROOT, "%,d", plan.model().parameterCount()));
    settings.put("input", plan.model().input().shape().toString());
    settings.put("training data", described(plan.training()));
    settings.put("validation data", described(plan.validation()));
    Dataset test = plan.data().test();
    settings.put("test data", test == null ? "none" : described(test));
    settings.put("recipe", plan.recipe());
    for (TrainingPhase phase : plan.phases()) {
      settings.put(
          "phase \"" + phase.name() + "\"",
          phase.title()
              + ", "
              + phase.epochs()
              + " epochs, "
              + OptimizerText.of(phase.optimizer()));
      String callbacks = callbacks(phase);
      if (!callbacks.isEmpty()) {
        settings.put("callbacks of \"" + phase.name() + "\"", callbacks);
      }
      settings.put("learning rate of \"" + phase.name() + "\"", learningRates(phase));
    }
    settings.put("batch size", Integer.toString(plan.batchSize()));
    settings.put("seed", Long.toString(plan.seed()));
    settings.put("engine", engineName);
    return settings;
  }

  private static String described(Dataset dataset) {
    return String.format(
        Locale.ROOT,
        "%s, %,d images, %s",
        dataset.name(),
        dataset.size(),
        LabelMode.classes(dataset));
  }

  /** Returns all settings by key. */
  private Map<String, String> flat() {
    Map<String, String> settings = new LinkedHashMap<>();
    configuration.settings().forEach(setting -> settings.put(setting.name(), setting.text()));
    return settings;
  }

  /** Describes each callback of a phase with its options. */
  private String callbacks(TrainingPhase phase) {
    boolean own =
        phase.name().startsWith(FineTuning.WHOLE_MODEL)
            && configuration.isGiven(RunSettings.FINE_TUNING_CALLBACKS);
    SettingKey<?> key = own ? RunSettings.FINE_TUNING_CALLBACKS : RunSettings.CALLBACKS;
    String prefix = key.name() + ".";
    Map<String, StringBuilder> places = new LinkedHashMap<>();
    for (Setting setting : configuration.settings()) {
      if (setting.name().startsWith(prefix)) {
        String[] place = setting.name().substring(prefix.length()).split("\\.", 2);
        StringBuilder text = places.computeIfAbsent(place[0], index -> new StringBuilder());
        if (place[1].equals("name")) {
          text.insert(0, setting.text());
        } else if (!setting.text().isEmpty()) {
          text.append(", ").append(place[1]).append(' ').append(setting.text());
        }
      }
    }
    return places.values().stream().collect(Collectors.joining("; "));
  }

  /** Returns the learning rates of a phase, which callbacks may have changed. */
  private String learningRates(TrainingPhase phase) {
    StringBuilder text = new StringBuilder();
    double before = Double.NaN;
    int changes = 0;
    for (RunHistory.Epoch epoch : history.epochsOf(phase.name())) {
      double rate = epoch.value("learning_rate");
      if (text.isEmpty()) {
        text.append(number(rate));
      } else if (rate != before) {
        changes++;
        text.append(", ").append(number(rate)).append(" from epoch ");
        text.append(epoch.number()).append(" on");
      }
      before = rate;
    }
    boolean schedule = !(phase.optimizer().learningRate() instanceof ConstantLearningRate);
    return schedule && changes > 0
        ? "a schedule, " + number(before) + " in the last step"
        : text.toString();
  }

  /** Values are in single precision, so further digits would be noise. */
  private static String number(double value) {
    return Float.toString((float) value);
  }

  private Map<String, String> files(RunFolder folder) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(folder.model().getFileName().toString(), "the model of the last epoch");
    if (results.best() != null) {
      files.put(
          folder.best().getFileName().toString(), "the model of the best epoch by " + monitor);
    }
    files.put(folder.history().getFileName().toString(), "the table of epochs with all digits");
    files.put(folder.curves().getFileName().toString(), "loss and accuracy over the epochs");
    files.put(folder.results().getFileName().toString(), "settings and results for programs");
    return files;
  }

  private Map<String, String> commands(RunFolder folder) {
    Map<String, String> commands = new LinkedHashMap<>();
    commands.put("The command of this run", plan.command());
    commands.put("To repeat it", folder.repeatingCommand());
    commands.put(
        "To use the model",
        CommandText.of(
            "predict",
            "--model",
            (results.best() == null ? folder.model() : folder.best()).toString(),
            "IMAGE"));
    return commands;
  }
}
