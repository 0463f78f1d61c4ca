package dev.espalier.cli;

import java.util.List;
import java.util.Locale;

/** The epochs of a run as text. */
final class HistoryTable {
  private HistoryTable() {}

  /** Returns a comma-separated table with a line of names. */
  static String csv(List<EpochRow> rows) {
    StringBuilder csv =
        new StringBuilder(
            "phase,epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds\n");
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
  static String markdown(List<EpochRow> rows) {
    StringBuilder table =
        new StringBuilder(
            "| epoch | phase | loss | accuracy | validation loss | validation accuracy | learning"
                + " rate | seconds |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
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

  /** Single precision came in, so that more digits would be noise. */
  static String number(double value) {
    return Float.toString((float) value);
  }
}
