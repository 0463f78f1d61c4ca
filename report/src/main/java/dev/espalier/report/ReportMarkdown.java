package dev.espalier.report;

import dev.espalier.error.PrintableText;
import dev.espalier.report.Report.Content;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as Markdown: settings, results and epochs, without images of the data. */
final class ReportMarkdown {
  private final Content content;
  private final String metric;
  private final StringBuilder page = new StringBuilder();

  ReportMarkdown(Content content) {
    this.content = content;
    this.metric = content.metric();
  }

  String text() {
    page.append("# ").append(PrintableText.of(content.title)).append("\n\n");
    commands();
    results();
    models();
    for (String file : content.files.keySet()) {
      if (file.endsWith(".png")) {
        page.append("\n![").append(PrintableText.of(content.files.get(file)));
        page.append("](").append(file).append(")\n");
      }
    }
    page.append("\n## Settings\n\n| | |\n| --- | --- |\n");
    content.settings.forEach(this::row);
    row("versions", content.environment().text());
    if (!content.history.epochs().isEmpty()) {
      page.append("\n## Epochs\n\n");
      page.append(new HistoryTable(content.history, metric).markdown());
    }
    files();
    return page.toString();
  }

  private void commands() {
    boolean first = true;
    for (Map.Entry<String, String> command : content.commands.entrySet()) {
      if (first) {
        page.append("```\n").append(command.getValue()).append("\n```\n\n");
      } else {
        page.append(command.getKey()).append(": `").append(command.getValue()).append("`\n\n");
      }
      first = false;
    }
  }

  private void results() {
    List<RunHistory.Epoch> epochs = content.history.epochs();
    if (content.models.isEmpty() || epochs.isEmpty()) {
      return;
    }
    EvaluatedModel last = content.models.get(content.models.size() - 1);
    page.append(
        String.format(
            Locale.ROOT,
            "**Validation %s %.2f %%** (loss %.4f) after %d epochs. It took %s.\n",
            ValueText.title(metric),
            100 * last.validation(metric),
            last.validation(RunHistory.LOSS),
            epochs.get(epochs.size() - 1).number(),
            ValueText.duration(content.seconds())));
    if (content.history.phases().size() > 1) {
      page.append('\n');
      content.history.phases().forEach(this::phase);
    }
  }

  private void phase(String name) {
    List<RunHistory.Epoch> own = content.history.epochsOf(name);
    page.append(
        String.format(
            Locale.ROOT,
            "- %s: %.2f %% after %d epochs, %.1f s an epoch\n",
            content.phaseTitle(name),
            100 * own.get(own.size() - 1).value(RunHistory.VALIDATION + metric),
            own.size(),
            own.stream().mapToDouble(RunHistory.Epoch::seconds).average().orElse(0)));
  }

  private void models() {
    if (content.models.isEmpty()) {
      return;
    }
    String title = ValueText.title(metric);
    boolean tested = content.models.stream().anyMatch(model -> !model.test().isEmpty());
    page.append("\n| model | epoch | validation ")
        .append(title)
        .append(" | validation loss |")
        .append(tested ? " test " + title + " | test loss |" : "")
        .append("\n| --- | ---: | ---: | ---: |")
        .append(tested ? " ---: | ---: |" : "")
        .append('\n');
    for (EvaluatedModel model : content.models) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %s%s | %d | %.4f | %.4f |",
              model.title(),
              model.file() == null ? "" : ", `" + model.file() + "`",
              model.epoch(),
              model.validation(metric),
              model.validation(RunHistory.LOSS)));
      if (tested) {
        page.append(
            String.format(
                Locale.ROOT, " %.4f | %.4f |", model.test(metric), model.test(RunHistory.LOSS)));
      }
      page.append('\n');
    }
    content.notes.forEach(note -> page.append('\n').append(PrintableText.of(note)).append('\n'));
  }

  private void files() {
    if (content.files.isEmpty()) {
      return;
    }
    page.append("\n## Files\n\n");
    content.files.forEach(
        (file, what) -> page.append("- `").append(file).append("`: ").append(what).append('\n'));
  }

  private void row(String name, String value) {
    page.append("| ").append(name).append(" | ");
    page.append(PrintableText.of(value).replace("|", "\\|")).append(" |\n");
  }
}
