package dev.espalier.report;

import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.data.Image;
import dev.espalier.report.PredictionAnalysis.ClassResult;
import dev.espalier.report.PredictionAnalysis.Confusion;
import dev.espalier.report.PredictionAnalysis.Example;
import dev.espalier.report.internal.page.Html;
import dev.espalier.report.internal.page.Thumbnails;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What the predictions of a model show, as sections of a page. */
final class AnalysisSections {
  private static final int MOST_CONFUSIONS = 12;

  private final PredictionAnalysis analysis;

  AnalysisSections(PredictionAnalysis analysis) {
    this.analysis = analysis;
  }

  Html confusion() {
    Html html = new Html();
    String chart = ConfusionChart.of(analysis.confusion(), analysis.classes());
    List<Confusion> confusions = analysis.confusions();
    if (analysis.confusion() == null) {
      return html;
    }
    if (chart.isEmpty()) {
      html.element(
          "p",
          "caption",
          "A matrix of "
              + ValueText.count(analysis.classes().size())
              + " classes cannot be drawn; these are the most frequent confusions.");
    } else {
      html.add(
          "<p class=\"caption\">Rows are true classes, columns predicted ones. The stronger the color,");
      html.add(" the larger the fraction of the true class.</p>\n").add(chart);
    }
    if (!confusions.isEmpty() && analysis.classes().size() > 2) {
      html.add(
          "<h3>Most frequent confusions</h3>\n<div class=\"wide\"><table class=\"pairs\"><thead>");
      html.add("<tr><th scope=\"col\" class=\"name\">True class</th>");
      html.add("<th scope=\"col\" class=\"name\">Predicted</th><th scope=\"col\">Images</th>");
      html.add("<th scope=\"col\">Of the true class</th></tr></thead><tbody>\n");
      for (Confusion one : confusions.subList(0, Math.min(MOST_CONFUSIONS, confusions.size()))) {
        ClassResult label = analysis.classes().get(one.label());
        html.add("<tr>").element("td", "name", label.name());
        html.element("td", "name", analysis.classes().get(one.predicted()).name());
        html.element("td", ValueText.count(one.samples()));
        html.element("td", ValueText.percent(one.samples() / label.support(), 1)).add("</tr>\n");
      }
      html.add("</tbody></table></div>\n");
    }
    return html;
  }

  Html classes() {
    Html html = new Html();
    if (analysis.classes().isEmpty()) {
      return html;
    }
    html.add(
        "<p class=\"caption\">The class with the lowest F1 score first. Precision is the fraction of");
    html.add(
        " the predictions of a class that are correct, recall the fraction of its images that are");
    html.add(" found.</p>\n<div class=\"wide tall\"><table class=\"classes\"><thead><tr>");
    html.add("<th scope=\"col\" class=\"name\">Class</th><th scope=\"col\">Precision</th>");
    html.add("<th scope=\"col\">Recall</th><th scope=\"col\">F1</th>");
    html.add("<th scope=\"col\">Images</th></tr></thead><tbody>\n");
    for (ClassResult one : ReportPage.weakestFirst(analysis.classes())) {
      html.add("<tr><th scope=\"row\">").text(one.name()).add("</th>");
      bar(html, one.precision());
      bar(html, one.recall());
      bar(html, one.f1());
      html.element("td", ValueText.count(one.support())).add("</tr>\n");
    }
    return html.add("</tbody></table></div>\n");
  }

  private static void bar(Html html, double fraction) {
    html.add("<td class=\"bar\" style=\"--v:").at(fraction).add("\">");
    html.text(ValueText.percent(fraction, 1)).add("</td>");
  }

  Html mistakes() {
    Html html = new Html();
    if (analysis.mistakes().isEmpty()) {
      return html;
    }
    html.element(
        "p", "caption", "What the model is surest of and wrong about; some labels may be wrong.");
    examples(html, analysis.mistakes(), true);
    return html;
  }

  Html leastCertain() {
    Html html = new Html();
    if (analysis.leastCertain().isEmpty()) {
      return html;
    }
    html.element("p", "caption", "The images whose decision was closest.");
    examples(html, analysis.leastCertain(), false);
    return html;
  }

  private static void examples(Html html, List<Example> examples, boolean mistakes) {
    html.add("<ul class=\"images\">\n");
    for (Example example : examples) {
      html.add("<li>");
      String labels = labels(example);
      image(html, example.thumbnail(), labels);
      html.add("<p class=\"verdict\">");
      for (int i = 0; i < example.predicted().size() && !(mistakes && i > 0); i++) {
        ClassScore score = example.predicted().get(i);
        html.add("<span" + (mistakes ? " class=\"no\"" : "") + ">").text(score.className());
        html.add("</span> <b>").text(ValueText.percent(score.score(), 1)).add("</b><br>");
      }
      html.add("</p><p class=\"fact\">").text("is " + labels);
      if (mistakes && example.predicted().size() > 1) {
        html.text(" (" + ValueText.percent(example.predicted().get(1).score(), 1) + ")");
      }
      html.add("</p>");
      file(html, example.file(), example.index());
      html.add("</li>\n");
    }
    html.add("</ul>\n");
  }

  private static String labels(Example example) {
    return example.labels().isEmpty() ? "none of the classes" : String.join(", ", example.labels());
  }

  /** Adds where an image is: the end of its path, and the whole when pointed at. */
  static void file(Html html, String file, int index) {
    html.add("<p class=\"file\"").add(file.isEmpty() ? "" : " title=\"");
    html.text(file).add(file.isEmpty() ? "" : "\"").add(">");
    html.text(place(file, index)).add("</p>");
  }

  /** Returns the end of the path, or the number of the sample if it is in no file of its own. */
  private static String place(String file, int index) {
    if (file.isEmpty()) {
      return String.format(Locale.ROOT, "sample %d", index);
    }
    try {
      Path path = Path.of(file);
      int names = path.getNameCount();
      return names == 0 ? file : path.subpath(Math.max(0, names - 2), names).toString();
    } catch (InvalidPathException e) {
      return file;
    }
  }

  /** Adds an image inside of the page. */
  static void image(Html html, Image image, String description) {
    html.add("<img loading=\"lazy\" width=\"" + image.width() + "\" height=\"" + image.height());
    html.add(Math.max(image.width(), image.height()) < 96 ? "\" class=\"pixels" : "");
    html.add("\" alt=\"").text(description).add("\" src=\"" + Thumbnails.dataUri(image) + "\">");
  }

  Html calibration() {
    Html html = new Html();
    CalibrationCurve curve = analysis.calibration();
    if (curve == null) {
      return html;
    }
    html.add("<div class=\"beside\">").add(CalibrationChart.of(curve)).add("<div>");
    html.add("<p><strong>").text(ValueText.percent(curve.expectedError(), 2));
    html.add(
        "</strong> expected calibration error: the mean distance between how sure the model is");
    html.add(" and how often it is right.</p><p>Bars show the accuracy of predictions by their");
    html.add(
        " confidence, the dashed line where both agree. Bars below the line mean that the model");
    html.add(" is too sure of itself. The small bars count predictions.</p></div></div>\n");
    return html;
  }
}
