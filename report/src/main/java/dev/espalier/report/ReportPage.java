package dev.espalier.report;

import dev.espalier.report.PredictionAnalysis.ClassResult;
import dev.espalier.report.Report.Content;
import dev.espalier.report.internal.page.Html;
import dev.espalier.report.internal.page.Page;
import dev.espalier.report.internal.page.Tile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sections of a report as HTML. */
final class ReportPage {
  private final Content content;
  private final @Nullable PredictionAnalysis analysis;

  ReportPage(Content content) {
    this.content = content;
    this.analysis = content.analysis();
  }

  String html() {
    Page page = new Page(content.title);
    page.header(header());
    page.section("curves", "Training", "Training", curves());
    page.section("models", "Models", "Models", models());
    PredictionAnalysis shown = analysis;
    if (shown != null) {
      AnalysisSections sections = new AnalysisSections(shown);
      page.section("confusion", "Confusion", "Confusion matrix", sections.confusion());
      page.section("classes", "Classes", "Classes", sections.classes());
      page.section("mistakes", "Mistakes", "Most confident mistakes", sections.mistakes());
      page.section("uncertain", "Uncertain", "Least certain images", sections.leastCertain());
      page.section("calibration", "Calibration", "Calibration", sections.calibration());
    }
    page.section("images", "Training images", "Training images", trainingImages());
    page.section("settings", "Settings", "Settings", settings());
    page.section("time", "Time", "Time and machine", time());
    page.section("files", "Files", "Files and commands", files());
    return page.html();
  }

  private Html header() {
    Html html = new Html();
    html.add("<p class=\"kind\">").text(kind()).add("</p>");
    html.element("h1", content.title);
    if (!content.notes.isEmpty()) {
      html.add("<ul class=\"notes\">");
      content.notes.forEach(note -> html.element("li", note));
      html.add("</ul>");
    }
    Tile.write(tiles(), html);
    return html;
  }

  private String kind() {
    if (content.history.epochs().isEmpty()) {
      return content.evaluation == null && analysis == null
          ? "No epoch was trained and nothing was evaluated"
          : "Evaluation";
    }
    return "Training report";
  }

  private List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    String metric = content.metric();
    if (content.models.isEmpty()) {
      evaluated(tiles, metric);
      lastEpoch(tiles, metric);
    } else {
      EvaluatedModel model = content.models.get(0);
      String detail = model.title() + ", epoch " + model.epoch();
      tile(tiles, "Test " + ValueText.title(metric), metric, model.test(metric), detail);
      tile(
          tiles, "Validation " + ValueText.title(metric), metric, model.validation(metric), detail);
      tile(tiles, "Validation loss", RunHistory.LOSS, model.validation(RunHistory.LOSS), detail);
    }
    PredictionAnalysis shown = analysis;
    if (shown != null) {
      if (!shown.classes().isEmpty() && shown.samples() > 0) {
        tiles.add(
            new Tile(
                "Mean F1 of classes",
                ValueText.percent(shown.macroF1(), 1),
                ValueText.count(shown.classes().size()) + " classes"));
      }
      CalibrationCurve curve = shown.calibration();
      if (curve != null) {
        tiles.add(
            new Tile(
                "Calibration error", ValueText.percent(curve.expectedError(), 1), "expected, ECE"));
      }
    }
    if (!content.history.epochs().isEmpty()) {
      double seconds = content.seconds();
      int epochs = content.history.epochs().size();
      tiles.add(
          new Tile(
              "Training time",
              seconds > 0 ? ValueText.duration(seconds) : epochs + " epochs",
              seconds > 0 ? epochs + (epochs == 1 ? " epoch" : " epochs") : ""));
    }
    return tiles;
  }

  private void evaluated(List<Tile> tiles, String metric) {
    if (content.evaluation != null) {
      String samples = ValueText.count(content.evaluation.samples()) + " images evaluated";
      Map<String, Double> values = content.evaluation.values();
      if (values.containsKey(metric)) {
        tile(tiles, ValueText.heading(metric), metric, values.get(metric), samples);
      }
      values.forEach(
          (name, value) -> {
            if (!name.equals(metric) && tiles.size() < 4) {
              tile(tiles, ValueText.heading(name), name, value, "");
            }
          });
    } else if (analysis != null && Double.isFinite(analysis.accuracy())) {
      String samples = ValueText.count(analysis.samples()) + " images";
      tile(tiles, "Accuracy", "accuracy", analysis.accuracy(), samples);
    }
  }

  private void lastEpoch(List<Tile> tiles, String metric) {
    List<RunHistory.Epoch> epochs = content.history.epochs();
    if (epochs.isEmpty()) {
      return;
    }
    RunHistory.Epoch last = epochs.get(epochs.size() - 1);
    String detail = "epoch " + last.number();
    for (String name :
        metric.equals(RunHistory.LOSS) ? List.of(metric) : List.of(metric, RunHistory.LOSS)) {
      boolean validated = content.history.has(RunHistory.VALIDATION + name);
      String full = validated ? RunHistory.VALIDATION + name : name;
      tile(
          tiles,
          (validated ? "Validation " : "Training ") + ValueText.title(name),
          name,
          last.value(full),
          detail);
    }
  }

  private static void tile(
      List<Tile> tiles, String name, String metric, double value, String detail) {
    if (!Double.isNaN(value)) {
      tiles.add(new Tile(name, ValueText.value(metric, value), detail));
    }
  }

  private Html curves() {
    Html html = new Html();
    RunHistory history = content.history;
    if (history.epochs().isEmpty()) {
      return html;
    }
    Html charts = new Html();
    Curves.of(history).forEach(chart -> charts.add(chart.html()));
    if (!charts.isEmpty()) {
      html.add("<div class=\"charts\">\n").add(charts.toString()).add("</div>\n");
    }
    if (history.phases().size() > 1) {
      html.add("<p class=\"caption\">Dashed lines divide the phases: ");
      List<String> phases = new ArrayList<>();
      for (String phase : history.phases()) {
        List<RunHistory.Epoch> own = history.epochsOf(phase);
        phases.add(
            content.phaseTitle(phase)
                + " (epochs "
                + own.get(0).number()
                + " to "
                + own.get(own.size() - 1).number()
                + ")");
      }
      html.text(String.join(", ", phases)).add(".</p>\n");
    }
    epochTable(html, history);
    return html;
  }

  private static void epochTable(Html html, RunHistory history) {
    List<String> names = new ArrayList<>();
    for (String metric : history.metrics()) {
      for (String name : List.of(metric, RunHistory.VALIDATION + metric)) {
        if (history.has(name)) {
          names.add(name);
        }
      }
    }
    html.add("<details><summary>All epochs</summary><div class=\"wide\"><table><thead><tr>");
    html.add("<th scope=\"col\">Epoch</th><th scope=\"col\" class=\"name\">Phase</th>");
    names.forEach(
        name -> html.add("<th scope=\"col\">").text(ValueText.heading(name)).add("</th>"));
    html.add(
        "<th scope=\"col\">Learning rate</th><th scope=\"col\">Time</th></tr></thead><tbody>\n");
    for (RunHistory.Epoch epoch : history.epochs()) {
      html.add("<tr><td>" + epoch.number() + "</td>").element("td", "name", epoch.phase());
      names.forEach(name -> html.element("td", ValueText.number(epoch.value(name))));
      html.element("td", ValueText.number(epoch.value(RunHistory.RATE)));
      html.element("td", ValueText.duration(epoch.seconds())).add("</tr>\n");
    }
    html.add("</tbody></table></div></details>\n");
  }

  private Html models() {
    Html html = new Html();
    if (content.models.isEmpty()) {
      return html;
    }
    String metric = content.metric();
    boolean tested = content.models.stream().anyMatch(model -> !model.test().isEmpty());
    html.add("<div class=\"wide\"><table><thead><tr><th scope=\"col\" class=\"name\">Model</th>");
    html.add("<th scope=\"col\">Epoch</th>");
    for (String split : tested ? List.of("Validation ", "Test ") : List.of("Validation ")) {
      html.add("<th scope=\"col\">").text(split + ValueText.title(metric)).add("</th>");
      html.add("<th scope=\"col\">").text(split + "loss").add("</th>");
    }
    html.add("</tr></thead><tbody>\n");
    for (EvaluatedModel model : content.models) {
      html.add("<tr><th scope=\"row\">").text(model.title());
      if (model.file() != null) {
        html.add(" ").element("code", model.file());
      }
      html.add("</th><td>" + model.epoch() + "</td>");
      html.element("td", ValueText.value(metric, model.validation(metric)));
      html.element("td", ValueText.value(RunHistory.LOSS, model.validation(RunHistory.LOSS)));
      if (tested) {
        html.element("td", ValueText.value(metric, model.test(metric)));
        html.element("td", ValueText.value(RunHistory.LOSS, model.test(RunHistory.LOSS)));
      }
      html.add("</tr>\n");
    }
    html.add("</tbody></table></div>\n");
    PredictionAnalysis shown = analysis;
    if (shown != null && !content.analysed.isEmpty()) {
      html.add("<p class=\"caption\">The sections below are about ").text(content.analysed);
      html.text(" on " + shown.dataset() + ", " + ValueText.count(shown.samples()) + " images.");
      html.add("</p>\n");
    }
    return html;
  }

  private Html trainingImages() {
    Html html = new Html();
    if (content.trainingImages.isEmpty()) {
      return html;
    }
    html.element(
        "p",
        "caption",
        "As the model saw them in its first batch: augmented, resized and mixed as the settings"
            + " say.");
    html.add("<ul class=\"images\">\n");
    for (TrainingImage image : content.trainingImages) {
      html.add("<li>");
      AnalysisSections.image(html, image.image(), image.label());
      html.element("p", "fact", image.label()).add("</li>\n");
    }
    return html.add("</ul>\n");
  }

  private Html settings() {
    Html html = new Html();
    facts(html, content.settings);
    if (!content.configuration.isEmpty()) {
      html.add("<details><summary>The whole configuration</summary>");
      facts(html, content.configuration);
      html.add("</details>\n");
    }
    return html;
  }

  private static void facts(Html html, Map<String, String> facts) {
    if (facts.isEmpty()) {
      return;
    }
    html.add("<dl class=\"facts\">\n");
    facts.forEach((name, value) -> html.element("dt", name).element("dd", value).add("\n"));
    html.add("</dl>\n");
  }

  private Html time() {
    Html html = new Html();
    RunHistory history = content.history;
    boolean timed = history.seconds() > 0;
    if (timed) {
      html.add("<div class=\"wide\"><table><thead><tr><th scope=\"col\" class=\"name\">Phase</th>");
      html.add("<th scope=\"col\">Epochs</th><th scope=\"col\">Time</th>");
      html.add("<th scope=\"col\">First epoch</th><th scope=\"col\">Mean of the others</th>");
      html.add("</tr></thead><tbody>\n");
      for (String phase : history.phases()) {
        phase(html, phase, history.epochsOf(phase));
      }
      html.add("</tbody></table></div>\n");
    }
    Environment machine = content.environment();
    html.add("<dl class=\"facts\">\n");
    if (timed && content.seconds() > history.seconds()) {
      html.element("dt", "whole run").element("dd", ValueText.duration(content.seconds()));
    }
    html.element("dt", "processor");
    html.element(
        "dd",
        machine.processor().isEmpty()
            ? machine.processorsText()
            : machine.processor() + ", " + machine.processorsText());
    html.element("dt", "system").element("dd", machine.system());
    html.element("dt", "versions");
    html.element("dd", "Espalier " + machine.espalier() + ", Java " + machine.java());
    return html.add("</dl>\n");
  }

  private void phase(Html html, String phase, List<RunHistory.Epoch> epochs) {
    double all = epochs.stream().mapToDouble(RunHistory.Epoch::seconds).sum();
    double first = epochs.get(0).seconds();
    html.add("<tr><th scope=\"row\">").text(content.phaseTitle(phase)).add("</th>");
    html.add("<td>" + epochs.size() + "</td>").element("td", ValueText.duration(all));
    html.element("td", ValueText.duration(first));
    html.element(
        "td",
        epochs.size() < 2
            ? ValueText.MISSING
            : ValueText.duration((all - first) / (epochs.size() - 1)));
    html.add("</tr>\n");
  }

  private Html files() {
    Html html = new Html();
    if (!content.files.isEmpty()) {
      html.add("<dl class=\"facts\">\n");
      content.files.forEach(
          (name, what) ->
              html.add("<dt><code>").text(name).add("</code></dt>").element("dd", what).add("\n"));
      html.add("</dl>\n");
    }
    content.commands.forEach(
        (what, command) ->
            html.element("p", "caption", what)
                .add("<pre><code>")
                .text(command)
                .add("</code></pre>\n"));
    return html;
  }

  /** Returns the classes from the worst to the best. */
  static List<ClassResult> weakestFirst(List<ClassResult> classes) {
    return classes.stream().sorted((one, other) -> Double.compare(one.f1(), other.f1())).toList();
  }
}
