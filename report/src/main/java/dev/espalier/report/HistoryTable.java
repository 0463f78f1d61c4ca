package dev.espalier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The epochs of a run as a table: loss, metrics, learning rate and duration. Immutable.
 *
 * @param history the epochs
 * @param metric the metric that comes first after the loss, such as {@code accuracy}
 */
public record HistoryTable(RunHistory history, String metric) {
  /** Returns the table with the first metric of the epochs first. */
  public static HistoryTable of(RunHistory history) {
    return new HistoryTable(history, history.mainMetric());
  }

  /**
   * Returns a comma-separated table with a header: {@code phase}, {@code epoch}, loss and metric of
   * training and validation, further metrics, {@code learning_rate} and {@code seconds}. A value
   * that an epoch does not have is {@code NaN}.
   */
  public String csv() {
    List<String> names = names();
    StringBuilder csv = new StringBuilder("phase,epoch");
    names.forEach(name -> csv.append(',').append(name));
    csv.append(",learning_rate,seconds\n");
    for (RunHistory.Epoch epoch : history.epochs()) {
      csv.append(epoch.phase()).append(',').append(epoch.number());
      for (String name : names) {
        csv.append(',').append(number(epoch.value(name)));
      }
      csv.append(',').append(number(epoch.value(RunHistory.RATE)));
      csv.append(String.format(Locale.ROOT, ",%.2f\n", epoch.seconds()));
    }
    return csv.toString();
  }

  /** Returns a table in Markdown. */
  public String markdown() {
    List<String> names = names();
    StringBuilder table = new StringBuilder("| epoch | phase |");
    names.forEach(name -> table.append(' ').append(ValueText.title(name)).append(" |"));
    table.append(" learning rate | seconds |\n| ---: | --- |");
    table.append(" ---: |".repeat(names.size())).append(" ---: | ---: |\n");
    for (RunHistory.Epoch epoch : history.epochs()) {
      table.append(String.format(Locale.ROOT, "| %d | %s |", epoch.number(), epoch.phase()));
      for (String name : names) {
        table.append(String.format(Locale.ROOT, " %.4f |", epoch.value(name)));
      }
      table.append(
          String.format(
              Locale.ROOT,
              " %s | %.1f |\n",
              number(epoch.value(RunHistory.RATE)),
              epoch.seconds()));
    }
    return table.toString();
  }

  /** Returns loss and first metric of training and validation, then all others. */
  private List<String> names() {
    List<String> first = new ArrayList<>(List.of(RunHistory.LOSS, metric));
    List<String> others = new ArrayList<>(history.metrics());
    others.removeAll(first);
    List<String> names = new ArrayList<>(first);
    first.forEach(name -> names.add(RunHistory.VALIDATION + name));
    for (String other : others) {
      for (String name : List.of(other, RunHistory.VALIDATION + other)) {
        if (history.has(name)) {
          names.add(name);
        }
      }
    }
    return names.stream().distinct().toList();
  }

  /** Values are in single precision, so further digits would be noise. */
  static String number(double value) {
    return Float.toString((float) value);
  }
}
