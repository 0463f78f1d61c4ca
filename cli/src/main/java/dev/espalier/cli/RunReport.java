package dev.espalier.cli;

import dev.espalier.core.EspalierVersion;
import dev.espalier.error.PrintableText;
import dev.espalier.training.ConstantLearningRate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** One page about a run: what was done, and what came of it. */
final class RunReport {
  private final TrainingRun.Plan plan;
  private final List<EpochRow> rows;
  private final String engineName;
  private final double seconds;

  RunReport(TrainingRun.Plan plan, List<EpochRow> rows, String engineName, double seconds) {
    this.plan = plan;
    this.rows = rows;
    this.engineName = engineName;
    this.seconds = seconds;
  }

  String markdown(RunFolder folder) {
    StringBuilder page = new StringBuilder();
    page.append("# ").append(PrintableText.of(plan.title()));
    page.append("\n\n```\n").append(plan.command()).append("\n```\n\n");
    page.append("To repeat it: `").append(folder.repeatingCommand()).append("`\n\n");
    results(page);
    page.append("\n![Loss and accuracy over the epochs](")
        .append(folder.curves().getFileName())
        .append(")\n\n## Settings\n\n| | |\n| --- | --- |\n");
    row(page, "model", plan.modelName() + ", " + plan.origin());
    row(page, "parameters", String.format(Locale.ROOT, "%,d", plan.model().parameterCount()));
    row(page, "input", plan.model().input().shape().toString());
    row(page, "training data", described(plan.training()));
    row(page, "validation data", described(plan.validation()));
    row(page, "recipe", plan.recipe());
    for (Phase phase : plan.phases()) {
      row(
          page,
          "phase \"" + phase.name() + "\"",
          phase.title() + ", " + phase.epochs() + " epochs, " + phase.settings());
      if (!phase.callbackSettings().isEmpty()) {
        row(page, "callbacks of \"" + phase.name() + "\"", phase.callbackSettings());
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
    page.append("\n## Files\n\n");
    page.append("- `").append(folder.model().getFileName());
    page.append("`: the trained model: `espalier predict --model ").append(folder.model());
    page.append(" PICTURE`\n- `").append(folder.history().getFileName());
    page.append("`: the table of epochs with all digits\n");
    return page.toString();
  }

  private void results(StringBuilder page) {
    EpochRow last = rows.get(rows.size() - 1);
    EpochRow best =
        rows.stream().max(Comparator.comparingDouble(EpochRow::validationAccuracy)).orElse(last);
    page.append(
        String.format(
            Locale.ROOT,
            "**Validation %s %.2f %%** (loss %.4f) after %d epochs; the best was %.2f %%"
                + " after epoch %d. It took %s.%n",
            plan.labelMode().accuracyTitle(),
            100 * last.validationAccuracy(),
            last.validationLoss(),
            last.epoch(),
            100 * best.validationAccuracy(),
            best.epoch(),
            duration(seconds)));
    if (plan.phases().size() > 1) {
      page.append('\n');
      for (Phase phase : plan.phases()) {
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

  /** Returns the learning rates of a phase: a callback may have changed what the optimizer says. */
  private String learningRates(Phase phase) {
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

  private static void row(StringBuilder page, String name, String value) {
    page.append("| ").append(name).append(" | ");
    page.append(PrintableText.of(value).replace("|", "\\|")).append(" |\n");
  }

  private static String described(dev.espalier.data.Dataset dataset) {
    return String.format(
        Locale.ROOT,
        "%s, %,d pictures, %s",
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
