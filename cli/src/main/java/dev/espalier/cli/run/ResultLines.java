package dev.espalier.cli.run;

import dev.espalier.core.finetuning.LabelMode;
import dev.espalier.metric.Evaluation;
import dev.espalier.report.RunHistory;
import dev.espalier.report.ValueText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lines about the models that a command prints at the end of a run. */
record ResultLines(LabelMode labelMode, RunResults results, String monitor) {
  /**
   * Returns the lines.
   *
   * @param epochs number of trained epochs
   */
  List<String> of(RunFolder folder, int epochs, double seconds) {
    List<String> lines = new ArrayList<>();
    RunResults.Measured last = results.last();
    RunResults.Measured best = results.best();
    lines.add(
        String.format(
            Locale.ROOT,
            "Validation %s, after %d epochs in %s",
            validation(last),
            epochs,
            ValueText.duration(seconds)));
    if (best != null && !results.same()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "Validation %s, after epoch %d, the best by %s",
              validation(best),
              best.epoch().number(),
              monitor));
    }
    test(lines);
    lines.add("Model    " + folder.model() + " (" + whichIsLast() + ")");
    if (best != null) {
      lines.add(
          "Best     "
              + folder.best()
              + " (epoch "
              + best.epoch().number()
              + (results.same() ? ", the same weights)" : ")"));
    }
    return lines;
  }

  private String whichIsLast() {
    return "epoch " + results.last().epoch().number() + (results.same() ? "" : ", the last");
  }

  private void test(List<String> lines) {
    Evaluation last = results.last().test();
    if (results.problem() != null) {
      lines.add("warning: not evaluated on the test split. " + results.problem());
    } else if (last != null) {
      RunResults.Measured best = results.best();
      Evaluation ofBest = best == null || results.same() ? null : best.test();
      lines.add(
          ofBest == null
              ? "Test " + test(last)
              : "Test " + test(ofBest) + ", of the best; " + test(last) + ", of the last");
    }
  }

  private String validation(RunResults.Measured model) {
    RunHistory.Epoch epoch = model.epoch();
    return values(epoch.value("val_" + labelMode.accuracy().name()), epoch.value("val_loss"));
  }

  private String test(Evaluation evaluation) {
    return values(value(evaluation, labelMode.accuracy().name()), value(evaluation, "loss"));
  }

  /** Returns a value of an evaluation, NaN if it has none. */
  static double value(Evaluation evaluation, String name) {
    return evaluation.values().getOrDefault(name, Double.NaN);
  }

  private String values(double accuracy, double loss) {
    return String.format(
        Locale.ROOT, "%s %.1f %%, loss %.4f", labelMode.accuracyTitle(), 100 * accuracy, loss);
  }
}
