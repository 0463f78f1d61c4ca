package dev.espalier.cli.run;

import dev.espalier.cli.text.OptimizerText;
import dev.espalier.core.EspalierVersion;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.LabelMode;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.core.finetuning.TrainingPhase;
import dev.espalier.data.Dataset;
import dev.espalier.error.PrintableText;
import dev.espalier.metric.Evaluation;
import dev.espalier.option.Setting;
import dev.espalier.schedule.ConstantLearningRate;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A page about a run: settings and results. */
final class RunReport {
  private final TrainingRun.Plan plan;
  private final Configuration configuration;
  private final List<EpochRow> rows;
  private final RunResults results;
  private final String monitor;
  private final String engineName;
  private final double seconds;

  /**
   * Prepares the page.
   *
   * @param monitor the value that determined the best model
   */
  RunReport(
      TrainingRun.Plan plan,
      Configuration configuration,
      List<EpochRow> rows,
      RunResults results,
      String monitor,
      String engineName,
      double seconds) {
    this.plan = plan;
    this.configuration = configuration;
    this.rows = rows;
    this.results = results;
    this.monitor = monitor;
    this.engineName = engineName;
    this.seconds = seconds;
  }

  String markdown(RunFolder folder) {
    StringBuilder page = new StringBuilder();
    page.append("# ").append(PrintableText.of(plan.title()));
    page.append("\n\n```\n").append(plan.command()).append("\n```\n\n");
    page.append("To repeat it: `").append(folder.repeatingCommand()).append("`\n\n");
    results(page);
    models(page, folder);
    page.append("\n![Loss and accuracy over the epochs](")
        .append(folder.curves().getFileName())
        .append(")\n\n## Settings\n\n| | |\n| --- | --- |\n");
    row(page, "model", plan.modelName() + ", " + plan.origin());
    row(page, "parameters", String.format(Locale.ROOT, "%,d", plan.model().parameterCount()));
    row(page, "input", plan.model().input().shape().toString());
    row(page, "training data", described(plan.training()));
    row(page, "validation data", described(plan.validation()));
    Dataset test = plan.data().test();
    row(page, "test data", test == null ? "none" : described(test));
    row(page, "recipe", plan.recipe());
    for (TrainingPhase phase : plan.phases()) {
      row(
          page,
          "phase \"" + phase.name() + "\"",
          phase.title()
              + ", "
              + phase.epochs()
              + " epochs, "
              + OptimizerText.of(phase.optimizer()));
      String callbacks = callbacks(phase);
      if (!callbacks.isEmpty()) {
        row(page, "callbacks of \"" + phase.name() + "\"", callbacks);
      }
      row(page, "learning rate of \"" + phase.name() + "\"", learningRates(phase));
    }
    row(page, "batch size", Integer.toString(plan.batchSize()));
    row(page, "seed", Long.toString(plan.seed()));
    row(page, "engine", engineName);
    row(
        page,
        "versions",
        "Espalier "
            + EspalierVersion.current()
            + ", Java "
            + Runtime.version()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors");
    page.append("\n## Epochs\n\n").append(HistoryTable.of(plan, rows).markdown());
    files(page, folder);
    return page.toString();
  }

  private void results(StringBuilder page) {
    EpochRow last = results.last().epoch();
    page.append(
        String.format(
            Locale.ROOT,
            "**Validation %s %.2f %%** (loss %.4f) after %d epochs. It took %s.%n",
            plan.labelMode().accuracyTitle(),
            100 * last.validationAccuracy(),
            last.validationLoss(),
            rows.get(rows.size() - 1).epoch(),
            duration(seconds)));
    if (plan.phases().size() > 1) {
      page.append('\n');
      for (TrainingPhase phase : plan.phases()) {
        List<EpochRow> own = rows.stream().filter(row -> row.phase().equals(phase.name())).toList();
        if (!own.isEmpty()) {
          page.append(
              String.format(
                  Locale.ROOT,
                  "- %s: %.2f %% after %d epochs, %.1f s an epoch%n",
                  phase.title(),
                  100 * own.get(own.size() - 1).validationAccuracy(),
                  own.size(),
                  own.stream().mapToDouble(EpochRow::seconds).average().orElse(0)));
        }
      }
    }
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
    EpochRow last = null;
    for (EpochRow row : rows) {
      if (row.phase().equals(phase.name())) {
        if (last == null) {
          text.append(HistoryTable.number(row.learningRate()));
        } else if (row.learningRate() != before) {
          changes++;
          text.append(", ")
              .append(HistoryTable.number(row.learningRate()))
              .append(" from epoch ")
              .append(row.epoch())
              .append(" on");
        }
        before = row.learningRate();
        last = row;
      }
    }
    boolean schedule = !(phase.optimizer().learningRate() instanceof ConstantLearningRate);
    if (last != null && schedule && changes > 0) {
      return "a schedule, " + HistoryTable.number(last.learningRate()) + " in the last step";
    }
    return text.toString();
  }

  private void files(StringBuilder page, RunFolder folder) {
    page.append("\n## Files\n\n");
    Path used = folder.model();
    page.append("- `").append(used.getFileName()).append("`: the model of the last epoch\n");
    if (results.best() != null) {
      used = folder.best();
      page.append("- `").append(used.getFileName());
      page.append("`: the model of the best epoch by ").append(monitor).append('\n');
    }
    page.append("- `").append(folder.history().getFileName());
    page.append("`: the table of epochs with all digits\n\n`espalier predict --model ");
    page.append(used).append(" IMAGE` uses a model.\n");
  }

  /** Adds the table of models with their files and results. */
  private void models(StringBuilder page, RunFolder folder) {
    String accuracy = plan.labelMode().accuracyTitle();
    boolean tested = results.last().test() != null;
    page.append("\n| model | epoch | validation ")
        .append(accuracy)
        .append(" | validation loss |")
        .append(tested ? " test " + accuracy + " | test loss |" : "")
        .append("\n| --- | ---: | ---: | ---: |")
        .append(tested ? " ---: | ---: |" : "")
        .append('\n');
    RunResults.Measured best = results.best();
    if (best != null) {
      model(page, "best by " + monitor, folder.best(), best);
    }
    model(page, results.same() ? "last, the same weights" : "last", folder.model(), results.last());
    if (results.problem() != null) {
      page.append("\nNot evaluated on the test split. ").append(results.problem()).append('\n');
    }
  }

  private void model(StringBuilder page, String title, Path file, RunResults.Measured model) {
    EpochRow epoch = model.epoch();
    page.append(
        String.format(
            Locale.ROOT,
            "| %s, `%s` | %d | %.4f | %.4f |",
            title,
            file.getFileName(),
            epoch.epoch(),
            epoch.validationAccuracy(),
            epoch.validationLoss()));
    Evaluation test = model.test();
    if (test != null) {
      page.append(
          String.format(
              Locale.ROOT,
              " %.4f | %.4f |",
              ResultLines.value(test, plan.labelMode().accuracy().name()),
              ResultLines.value(test, "loss")));
    }
    page.append('\n');
  }

  private static void row(StringBuilder page, String name, String value) {
    page.append("| ").append(name).append(" | ");
    page.append(PrintableText.of(value).replace("|", "\\|")).append(" |\n");
  }

  private static String described(Dataset dataset) {
    return String.format(
        Locale.ROOT,
        "%s, %,d images, %s",
        dataset.name(),
        dataset.size(),
        LabelMode.classes(dataset));
  }

  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
