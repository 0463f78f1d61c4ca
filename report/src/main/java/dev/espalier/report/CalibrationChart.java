package dev.espalier.report;

import dev.espalier.report.internal.page.Html;
import java.util.Locale;

/** The calibration curve: accuracy by confidence, and how many predictions have which. */
final class CalibrationChart {
  private static final double WIDTH = 360;
  private static final double LEFT = 46;
  private static final double PLOT = 304;
  private static final double TOP = 8;
  private static final double BOTTOM = 248;
  private static final double COUNTS_TOP = 262;
  private static final double COUNTS_BOTTOM = 312;

  private CalibrationChart() {}

  private static double down(double fraction) {
    return BOTTOM - fraction * (BOTTOM - TOP);
  }

  static String of(CalibrationCurve curve) {
    Html html = new Html();
    html.add("<svg class=\"calibration\" viewBox=\"0 0 360 348\" role=\"img\" aria-label=\"");
    html.add("Accuracy by confidence\">");
    for (int i = 0; i <= 4; i++) {
      double at = down(i / 4.0);
      html.add("<line class=\"grid\" x1=\"46\" x2=\"350\" y1=\"").at(at).add("\" y2=\"").at(at);
      html.add("\"/><text class=\"tick y\" x=\"40\" y=\"").at(at + 4).add("\">" + 25 * i);
      html.add(" %</text><text class=\"tick " + (i == 4 ? "y" : "x") + "\" y=\"326\" x=\"");
      html.at(LEFT + i * PLOT / 4).add("\">" + 25 * i + " %</text>");
    }
    bars(html, curve);
    html.add("<line class=\"ideal\" x1=\"46\" y1=\"").at(BOTTOM).add("\" x2=\"350\" y2=\"");
    html.at(TOP).add("\"/>");
    html.add("<text class=\"tick\" x=\"56\" y=\"22\">accuracy</text>");
    html.add("<text class=\"tick x\" y=\"342\" x=\"").at(LEFT + PLOT / 2);
    return html.add("\">confidence</text></svg>\n").toString();
  }

  private static void bars(Html html, CalibrationCurve curve) {
    double width = PLOT / curve.bins().size();
    double most = curve.bins().stream().mapToDouble(CalibrationCurve.Bin::samples).max().orElse(0);
    for (int i = 0; i < curve.bins().size(); i++) {
      CalibrationCurve.Bin bin = curve.bins().get(i);
      if (bin.samples() <= 0) {
        continue;
      }
      double left = LEFT + i * width + 1;
      double top = down(Math.min(1, Math.max(0, bin.accuracy())));
      double height = (COUNTS_BOTTOM - COUNTS_TOP) * bin.samples() / most;
      html.add("<g><title>");
      html.text(
          String.format(
              Locale.ROOT,
              "Confidence %s, accuracy %s, %s predictions",
              ValueText.percent(bin.confidence(), 1),
              ValueText.percent(bin.accuracy(), 1),
              ValueText.count(bin.samples())));
      html.add("</title>");
      rect(html, "bar", left, top, width - 2, BOTTOM - top);
      double confidence = down(Math.min(1, Math.max(0, bin.confidence())));
      if (confidence < top) {
        rect(html, "gap", left, confidence, width - 2, top - confidence);
      }
      rect(html, "count", left, COUNTS_BOTTOM - height, width - 2, height);
      html.add("</g>");
    }
  }

  private static void rect(
      Html html, String styleClass, double left, double top, double width, double height) {
    html.add("<rect class=\"" + styleClass + "\" x=\"").at(left).add("\" y=\"").at(top);
    html.add("\" width=\"").at(Math.min(width, WIDTH - left)).add("\" height=\"").at(height);
    html.add("\"/>");
  }
}
