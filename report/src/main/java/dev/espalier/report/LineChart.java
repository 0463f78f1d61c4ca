package dev.espalier.report;

import dev.espalier.report.internal.page.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lines over the epochs, as an inline drawing that needs no script. Immutable.
 *
 * @param title what the values are
 * @param lines at most as many as the style has colors
 * @param dividers epochs after which a phase ends
 * @param percent whether the values are fractions, shown as percentages
 */
record LineChart(String title, List<Line> lines, List<Integer> dividers, boolean percent) {
  /** How many colors the style has. */
  static final int COLORS = 8;

  private static final double WIDTH = 360;
  private static final double HEIGHT = 220;
  private static final double LEFT = 46;
  private static final double RIGHT = 10;
  private static final double TOP = 10;
  private static final double BOTTOM = 24;
  private static final int MOST_DOTS = 40;
  private static final int MOST_TOOLTIPS = 300;
  private static final double LOGARITHMIC_FROM = 20;

  LineChart {
    lines = List.copyOf(lines);
    dividers = List.copyOf(dividers);
  }

  /**
   * One line.
   *
   * @param name for the legend
   * @param color from 0
   * @param points with finite or missing values
   */
  record Line(String name, int color, List<Point> points) {
    Line {
      points = List.copyOf(points);
    }

    /** Returns the last finite value, NaN if there is none. */
    double last() {
      double last = Double.NaN;
      for (Point point : points) {
        last = point.isDrawn() ? point.value() : last;
      }
      return last;
    }
  }

  /**
   * A value of an epoch.
   *
   * @param epoch counted from 1
   * @param value not drawn unless finite
   */
  record Point(int epoch, double value) {
    boolean isDrawn() {
      return Double.isFinite(value);
    }
  }

  private List<Point> drawn() {
    return lines.stream().flatMap(line -> line.points().stream()).filter(Point::isDrawn).toList();
  }

  /** Returns the chart with its title and legend, empty if there is nothing to draw. */
  String html() {
    List<Point> drawn = drawn();
    if (drawn.isEmpty()) {
      return "";
    }
    Html html = new Html();
    html.add("<figure class=\"chart\"><figcaption><h3>").text(title).add("</h3>");
    html.add("<ul class=\"legend\">");
    for (Line line : lines) {
      html.add("<li><i class=\"c" + line.color() % COLORS + "\"></i>").text(line.name());
      html.add(" <b>").text(shown(line.last())).add("</b></li>");
    }
    html.add("</ul></figcaption>");
    draw(html, drawn);
    return html.add("</figure>\n").toString();
  }

  private String shown(double value) {
    return percent ? ValueText.percent(value, 1) : ValueText.number(value);
  }

  private Axis values(List<Point> drawn) {
    double least = drawn.stream().mapToDouble(Point::value).min().orElse(0);
    double most = drawn.stream().mapToDouble(Point::value).max().orElse(1);
    return least > 0 && most / least > LOGARITHMIC_FROM && !percent
        ? Axis.logarithmic(least, most)
        : Axis.linear(least, most, 4);
  }

  private void draw(Html html, List<Point> drawn) {
    Axis y = values(drawn);
    int first = drawn.stream().mapToInt(Point::epoch).min().orElse(1);
    int last = drawn.stream().mapToInt(Point::epoch).max().orElse(1);
    Axis x = Axis.ofWhole(first, last, 6);
    html.add("<svg viewBox=\"0 0 360 220\" role=\"img\" aria-label=\"");
    html.text(title + " over the epochs").add("\">");
    grid(html, x, y, first == last);
    for (int divider : dividers) {
      if (divider >= first && divider < last) {
        double at = across(x, divider + 0.5, false);
        html.add("<line class=\"phase\" x1=\"").at(at).add("\" x2=\"").at(at);
        html.add("\" y1=\"").at(TOP).add("\" y2=\"").at(HEIGHT - BOTTOM).add("\"/>");
      }
    }
    for (Line line : lines) {
      line(html, line, x, y, first == last);
    }
    if (last - first < MOST_TOOLTIPS) {
      tooltips(html, x, first, last);
    }
    html.add("</svg>");
  }

  /** Returns where an epoch is; a single one is in the middle. */
  private static double across(Axis x, double epoch, boolean single) {
    return LEFT + (single ? 0.5 : x.at(epoch)) * (WIDTH - LEFT - RIGHT);
  }

  private static double down(Axis y, double value) {
    return HEIGHT - BOTTOM - y.at(value) * (HEIGHT - TOP - BOTTOM);
  }

  private void grid(Html html, Axis x, Axis y, boolean single) {
    for (double tick : y.ticks()) {
      double at = down(y, tick);
      html.add("<line class=\"grid\" x1=\"46\" x2=\"350\" y1=\"").at(at);
      html.add("\" y2=\"").at(at).add("\"/><text class=\"tick y\" x=\"40\" y=\"").at(at + 4);
      html.add("\">").text(tick(tick)).add("</text>");
    }
    for (double tick : x.ticks()) {
      html.add("<text class=\"tick x\" x=\"").at(across(x, tick, single)).add("\" y=\"214\">");
      html.text(String.format(Locale.ROOT, "%.0f", tick)).add("</text>");
    }
  }

  private String tick(double value) {
    return percent
        ? ValueText.number(Math.rint(1e6 * value) / 1e4) + " %"
        : ValueText.number(value);
  }

  private static void line(Html html, Line line, Axis x, Axis y, boolean single) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    List<Point> drawn = new ArrayList<>();
    for (Point point : line.points()) {
      if (!point.isDrawn()) {
        down = false; // a gap, not a line across epochs without a value
        continue;
      }
      path.append(down ? 'L' : 'M')
          .append(Html.coordinate(across(x, point.epoch(), single)))
          .append(' ')
          .append(Html.coordinate(down(y, point.value())));
      down = true;
      drawn.add(point);
    }
    String color = "c" + line.color() % COLORS;
    html.add("<path class=\"line " + color + "\" d=\"" + path + "\"/>");
    if (drawn.size() <= MOST_DOTS) {
      for (Point point : drawn) {
        html.add("<circle class=\"" + color + "\" r=\"2.5\" cx=\"");
        html.at(across(x, point.epoch(), single)).add("\" cy=\"");
        html.at(down(y, point.value())).add("\"/>");
      }
    }
  }

  /** A strip for each epoch, which browsers explain on hovering. */
  private void tooltips(Html html, Axis x, int first, int last) {
    double half = first == last ? WIDTH / 2 : (x.at(first + 1.0) - x.at(first)) / 2;
    double width = first == last ? WIDTH : 2 * half * (WIDTH - LEFT - RIGHT);
    for (int epoch = first; epoch <= last; epoch++) {
      List<String> values = new ArrayList<>();
      for (Line line : lines) {
        for (Point point : line.points()) {
          if (point.epoch() == epoch) {
            values.add(line.name() + " " + shown(point.value()));
          }
        }
      }
      if (!values.isEmpty()) {
        double left = across(x, epoch, first == last) - width / 2;
        double start = Math.max(LEFT, left);
        html.add("<rect class=\"hover\" y=\"10\" height=\"186\" x=\"").at(start).add("\" width=\"");
        html.at(Math.min(WIDTH - RIGHT, left + width) - start).add("\"><title>");
        html.text("Epoch " + epoch + ": " + String.join(", ", values)).add("</title></rect>");
      }
    }
  }
}
