package dev.espalier.report;

import java.util.ArrayList;
import java.util.List;

/** The charts of a training. */
final class Curves {
  private static final int TRAINING = 0;
  private static final int VALIDATION = 1;
  private static final int RATE = 2;

  private Curves() {}

  /** Returns a chart for loss, each metric, and the learning rate. */
  static List<LineChart> of(RunHistory history) {
    List<Integer> dividers = dividers(history);
    List<LineChart> charts = new ArrayList<>();
    for (String metric : history.metrics()) {
      List<LineChart.Line> lines = new ArrayList<>();
      if (history.has(metric)) {
        lines.add(line("training", TRAINING, history, metric));
      }
      if (history.has(RunHistory.VALIDATION + metric)) {
        lines.add(line("validation", VALIDATION, history, RunHistory.VALIDATION + metric));
      }
      charts.add(
          new LineChart(ValueText.heading(metric), lines, dividers, ValueText.isFraction(metric)));
    }
    if (history.has(RunHistory.RATE)) {
      charts.add(
          new LineChart(
              "Learning rate",
              List.of(line("learning rate", RATE, history, RunHistory.RATE)),
              dividers,
              false));
    }
    return charts;
  }

  static LineChart.Line line(String name, int color, RunHistory history, String value) {
    return new LineChart.Line(
        name,
        color,
        history.epochs().stream()
            .filter(epoch -> epoch.values().containsKey(value))
            .map(epoch -> new LineChart.Point(epoch.number(), epoch.value(value)))
            .toList());
  }

  /** Returns the epochs after which a phase ends, without the last one. */
  private static List<Integer> dividers(RunHistory history) {
    List<Integer> dividers = new ArrayList<>();
    List<RunHistory.Epoch> epochs = history.epochs();
    for (int i = 1; i < epochs.size(); i++) {
      if (!epochs.get(i).phase().equals(epochs.get(i - 1).phase())) {
        dividers.add(epochs.get(i - 1).number());
      }
    }
    return dividers;
  }
}
