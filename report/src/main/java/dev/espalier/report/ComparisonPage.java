package dev.espalier.report;

import dev.espalier.report.internal.page.Html;
import dev.espalier.report.internal.page.Page;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs side by side as HTML. */
final class ComparisonPage {
  private final RunComparison comparison;

  ComparisonPage(RunComparison comparison) {
    this.comparison = comparison;
  }

  String html() {
    int runs = comparison.runs().size();
    String title = "Comparison of " + runs + " runs";
    Page page = new Page(title);
    page.header(
        new Html()
            .element("p", "kind", String.join(", ", comparison.runs().keySet()))
            .element("h1", title));
    page.section("results", "Results", "Results", table(comparison.results()));
    page.section("curves", "Curves", "Curves", curves());
    page.section("settings", "Settings", "Settings that differ", settings());
    return page.html();
  }

  private Html settings() {
    List<RunComparison.Row> differences = comparison.differences();
    return differences.isEmpty()
        ? new Html().element("p", "caption", "All settings are the same.")
        : table(differences);
  }

  private Html table(List<RunComparison.Row> rows) {
    Html html = new Html();
    html.add("<div class=\"wide\"><table class=\"runs\"><thead><tr><td></td>");
    comparison
        .runs()
        .keySet()
        .forEach(name -> html.add("<th scope=\"col\">").text(name).add("</th>"));
    html.add("</tr></thead><tbody>\n");
    for (RunComparison.Row row : rows) {
      html.add("<tr><th scope=\"row\">").text(row.name()).add("</th>");
      for (int i = 0; i < row.values().size(); i++) {
        html.add(row.best().contains(i) ? "<td class=\"best\">" : "<td>");
        html.text(row.values().get(i)).add("</td>");
      }
      html.add("</tr>\n");
    }
    return html.add("</tbody></table></div>\n");
  }

  /** Returns a chart of each value, with a line for each run. */
  private Html curves() {
    Set<String> names = new LinkedHashSet<>();
    for (RunRecord run : comparison.runs().values()) {
      for (String metric : run.history().metrics()) {
        names.add(RunHistory.VALIDATION + metric);
        names.add(metric);
      }
    }
    names.add(RunHistory.RATE);
    Html charts = new Html();
    for (String name : names) {
      List<LineChart.Line> lines = new ArrayList<>();
      int color = 0;
      for (Map.Entry<String, RunRecord> run : comparison.runs().entrySet()) {
        RunHistory history = run.getValue().history();
        if (history.has(name)) {
          lines.add(Curves.line(run.getKey(), color, history, name));
        }
        color++;
      }
      boolean validation = name.startsWith(RunHistory.VALIDATION);
      String title =
          validation || name.equals(RunHistory.RATE)
              ? ValueText.heading(name)
              : "Training " + ValueText.title(name);
      charts.add(new LineChart(title, lines, List.of(), ValueText.isFraction(name)).html());
    }
    return charts.isEmpty()
        ? charts
        : new Html().add("<div class=\"charts\">\n").add(charts.toString()).add("</div>\n");
  }
}
