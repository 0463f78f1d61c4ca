package dev.espalier.cli.run;

import dev.espalier.core.configuration.LabelMode;
import java.util.List;
import java.util.Locale;

/** The epochs of a run as text. */
record HistoryTable(LabelMode labelMode, List<EpochRow> rows) {
  static HistoryTable of(TrainingRun.Plan plan, List<EpochRow> rows) {
    return new HistoryTable(plan.labelMode(), rows);
  }

  /** Returns a comma-separated table with a header. */
  String csv() {
    String accuracy = labelMode.accuracy().name();
    StringBuilder csv =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "phase,epoch,loss,%s,val_loss,val_%s,learning_rate,seconds\n",
                accuracy,
                accuracy));
    for (EpochRow row : rows) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%s,%s,%s,%s,%s,%.2f%n",
              row.phase(),
              row.epoch(),
              number(row.loss()),
              number(row.accuracy()),
              number(row.validationLoss()),
              number(row.validationAccuracy()),
              number(row.learningRate()),
              row.seconds()));
    }
    return csv.toString();
  }

  /** Returns a Markdown table. */
  String markdown() {
    String accuracy = labelMode.accuracyTitle();
    StringBuilder table =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "| epoch | phase | loss | %s | validation loss | validation %s | learning rate |"
                    + " seconds |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
                accuracy,
                accuracy));
    for (EpochRow row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %d | %s | %.4f | %.4f | %.4f | %.4f | %s | %.1f |%n",
              row.epoch(),
              row.phase(),
              row.loss(),
              row.accuracy(),
              row.validationLoss(),
              row.validationAccuracy(),
              number(row.learningRate()),
              row.seconds()));
    }
    return table.toString();
  }

  /** Values are in single precision, so further digits would be noise. */
  static String number(double value) {
    return Float.toString((float) value);
  }
}
