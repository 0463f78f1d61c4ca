package dev.espalier.report;

import dev.espalier.metric.Matrix;
import dev.espalier.report.PredictionAnalysis.ClassResult;
import dev.espalier.report.internal.page.Html;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A confusion matrix: a table with numbers for few classes, a drawing for many. */
final class ConfusionChart {
  /** Up to so many classes, numbers fit into the cells. */
  private static final int TABLE = 20;

  /** Up to so many classes, there is room for names and percentages. */
  private static final int LARGE = 6;

  /** Up to so many classes, a cell can be told from its neighbours. */
  static final int DRAWING = 200;

  private static final int LABELLED = 120;
  private static final int LABEL_CHARACTERS = 18;

  private final Matrix counts;
  private final List<ClassResult> classes;

  private ConfusionChart(Matrix counts, List<ClassResult> classes) {
    this.counts = counts;
    this.classes = classes;
  }

  /** Returns the markup, empty if there are more classes than can be shown. */
  static String of(@Nullable Matrix counts, List<ClassResult> classes) {
    if (counts == null || classes.size() > DRAWING) {
      return "";
    }
    ConfusionChart chart = new ConfusionChart(counts, classes);
    return classes.size() <= TABLE ? chart.table() : chart.drawing();
  }

  private double fraction(int row, int column) {
    double support = classes.get(row).support();
    return support == 0 ? 0 : counts.at(row, column) / support;
  }

  private static String shortened(String name) {
    int length = name.codePointCount(0, name.length());
    return length <= LABEL_CHARACTERS
        ? name
        : name.substring(0, name.offsetByCodePoints(0, LABEL_CHARACTERS - 1)) + "…";
  }

  private String explained(int row, int column) {
    return classes.get(row).name()
        + (row == column
            ? ", predicted correctly: "
            : " predicted as " + classes.get(column).name() + ": ")
        + ValueText.count(counts.at(row, column))
        + " of "
        + ValueText.count(classes.get(row).support())
        + ", "
        + ValueText.percent(fraction(row, column), 1);
  }

  private String table() {
    Html html = new Html();
    boolean large = classes.size() <= LARGE;
    html.add("<div class=\"wide\"><table class=\"confusion" + (large ? " large" : ""));
    html.add("\"><thead><tr><td></td>");
    for (ClassResult column : classes) {
      html.add("<th scope=\"col\"><span>").text(shortened(column.name())).add("</span></th>");
    }
    html.add("</tr></thead><tbody>\n");
    for (int row = 0; row < classes.size(); row++) {
      html.add("<tr><th scope=\"row\">").text(shortened(classes.get(row).name())).add("</th>");
      for (int column = 0; column < classes.size(); column++) {
        double fraction = fraction(row, column);
        html.add("<td class=\"" + (row == column ? "right" : "wrong"));
        html.add(fraction > 0.55 ? " full" : "").add("\" style=\"--v:").at(fraction);
        html.add("\" title=\"").text(explained(row, column)).add("\">");
        if (large || counts.at(row, column) > 0) {
          html.text(ValueText.count(counts.at(row, column)));
        }
        if (large) {
          html.element("small", ValueText.percent(fraction, 1));
        }
        html.add("</td>");
      }
      html.add("</tr>\n");
    }
    return html.add("</tbody></table></div>\n").toString();
  }

  private String drawing() {
    int size = classes.size();
    boolean labelled = size <= LABELLED;
    double cell = size <= 50 ? 16 : size <= LABELLED ? 10 : 6;
    double font = size <= 50 ? 11 : 8.5;
    double room = labelled ? LABEL_CHARACTERS * font * 0.56 : 4;
    double side = size * cell;
    Html html = new Html();
    html.add("<div class=\"wide\"><svg class=\"confusion\" role=\"img\" aria-label=\"");
    html.text("Confusion matrix of " + size + " classes").add("\" width=\"").at(room + side + 2);
    html.add("\" height=\"").at(room + side + 2).add("\" viewBox=\"0 0 ").at(room + side + 2);
    html.add(" ").at(room + side + 2).add("\">");
    html.add("<rect class=\"frame\" x=\"").at(room).add("\" y=\"").at(room).add("\" width=\"");
    html.at(side).add("\" height=\"").at(side).add("\"/>");
    if (labelled) {
      labels(html, cell, font, room);
    }
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        if (counts.at(row, column) > 0) {
          html.add("<rect class=\"" + (row == column ? "right" : "wrong") + "\" x=\"");
          html.at(room + column * cell).add("\" y=\"").at(room + row * cell).add("\" width=\"");
          html.at(cell - 0.5).add("\" height=\"").at(cell - 0.5).add("\" style=\"--v:");
          // The root, so that single mistakes can be seen.
          html.at(Math.sqrt(fraction(row, column))).add("\"><title>").text(explained(row, column));
          html.add("</title></rect>");
        }
      }
    }
    return html.add("</svg></div>\n").toString();
  }

  private void labels(Html html, double cell, double font, double room) {
    html.add("<g font-size=\"").at(font).add("\">");
    for (int i = 0; i < classes.size(); i++) {
      double middle = room + (i + 0.5) * cell;
      String name = shortened(classes.get(i).name());
      html.add("<text text-anchor=\"end\" x=\"").at(room - 4).add("\" y=\"");
      html.at(middle + font * 0.35).add("\">").text(name).add("</text>");
      html.add("<text transform=\"translate(").at(middle + font * 0.35).add(" ").at(room - 4);
      html.add(") rotate(-90)\">").text(name).add("</text>");
    }
    html.add("</g>");
  }
}
