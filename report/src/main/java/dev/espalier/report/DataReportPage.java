package dev.espalier.report;

import dev.espalier.core.dataquality.DataIssues;
import dev.espalier.core.dataquality.LabelIssue;
import dev.espalier.core.dataquality.LabelIssues;
import dev.espalier.core.dataquality.NearDuplicates;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.error.EspalierException;
import dev.espalier.report.internal.page.Html;
import dev.espalier.report.internal.page.Page;
import dev.espalier.report.internal.page.Thumbnails;
import dev.espalier.report.internal.page.Tile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The issues of a data set as HTML. */
final class DataReportPage {
  private static final int MOST_ISSUES = 120;
  private static final int MOST_PAIRS = 60;

  private final Dataset dataset;
  private final List<Dataset> others;
  private final DataIssues issues;

  DataReportPage(Dataset dataset, List<Dataset> others, DataIssues issues) {
    this.dataset = dataset;
    this.others = others;
    this.issues = issues;
  }

  String html() {
    String title = "Images of " + dataset.name() + " to check";
    Page page = new Page(title);
    page.header(new Html().element("h1", title).add(tiles().toString()));
    page.section("labels", "Labels", "Probably mislabelled", labels());
    for (int i = 0; i < others.size(); i++) {
      NearDuplicates found = issues.nearDuplicates().get(i);
      page.section(
          "near-duplicates-" + i,
          "Near-duplicates in " + found.split(),
          "Near-duplicates in " + found.split(),
          nearDuplicates(found, others.get(i)));
    }
    return page.html();
  }

  private Html tiles() {
    List<Tile> tiles = new ArrayList<>();
    tiles.add(new Tile("Images", ValueText.count(dataset.size()), ""));
    LabelIssues labels = issues.labels();
    if (labels != null) {
      tiles.add(
          new Tile(
              "Probably mislabelled",
              ValueText.count(labels.issues().size()),
              "estimated wrong labels: " + ValueText.count(Math.round(labels.estimatedErrors()))));
    }
    for (NearDuplicates found : issues.nearDuplicates()) {
      String count = ValueText.count(found.count());
      tiles.add(new Tile("Near-duplicates", count, "in " + found.split()));
    }
    Html html = new Html();
    Tile.write(tiles, html);
    return html;
  }

  private Html labels() {
    Html html = new Html();
    LabelIssues labels = issues.labels();
    if (labels == null) {
      return html.element(
          "p",
          "caption",
          dataset.target().multiLabel()
              ? "Not checked, because an image may have several classes."
              : "Not checked, because fewer than two classes have enough images.");
    }
    String caption =
        labels.issues().isEmpty()
            ? "No label stands out."
            : "A classifier that was trained on the other images expects another class. The least"
                + " probable label comes first. Some of these are unusual images with correct"
                + " labels.";
    html.element("p", "caption", caption);
    if (!issues.uncheckedClasses().isEmpty()) {
      html.element(
          "p",
          "caption",
          "Not checked, because they have too few images: "
              + String.join(", ", issues.uncheckedClasses())
              + ".");
    }
    ofAll(html, MOST_ISSUES, labels.issues().size());
    html.add("<ul class=\"images\">\n");
    labels.issues().stream().limit(MOST_ISSUES).forEach(issue -> card(html, issue));
    return html.add("</ul>\n");
  }

  private void card(Html html, LabelIssue issue) {
    Image image = thumbnail(dataset, issue.index());
    if (image == null) {
      return;
    }
    String label = dataset.classNames().get(issue.label());
    html.add("<li>");
    AnalysisSections.image(html, image, "labelled " + label);
    html.add("<p class=\"verdict\"><span class=\"no\">").text(label).add("</span> <b>");
    html.text(ValueText.percent(issue.labelProbability(), 1)).add("</b></p><p class=\"fact\">");
    html.text("looks like " + dataset.classNames().get(issue.suggested()) + " (");
    html.text(ValueText.percent(issue.suggestedProbability(), 1)).add(")</p>");
    AnalysisSections.file(html, file(dataset, issue.index()), issue.index());
    html.add("</li>\n");
  }

  private Html nearDuplicates(NearDuplicates found, Dataset other) {
    Html html = new Html();
    html.element(
        "p",
        "caption",
        found.count() == 0
            ? "No image of " + dataset.name() + " looks nearly the same as one of them."
            : "Images of "
                + dataset.name()
                + " on the left, and those of "
                + found.split()
                + " that look nearly the same on the right. A model trained on one of them is judged"
                + " too well on the other.");
    ofAll(html, MOST_PAIRS, found.count());
    html.add("<ul class=\"images pairs\">\n");
    found.pairs().stream().limit(MOST_PAIRS).forEach(pair -> card(html, pair, other));
    return html.add("</ul>\n");
  }

  private void card(Html html, NearDuplicates.Pair pair, Dataset other) {
    Image own = thumbnail(dataset, pair.index());
    Image theirs = thumbnail(other, pair.other());
    if (own == null || theirs == null) {
      return;
    }
    String label = classes(dataset, pair.index());
    String otherLabel = classes(other, pair.other());
    html.add("<li><div class=\"pair\">");
    AnalysisSections.image(html, own, label);
    AnalysisSections.image(html, theirs, otherLabel);
    html.add("</div><p class=\"verdict\">");
    if (label.equals(otherLabel)) {
      html.text(label);
    } else {
      html.element("span", "no", label + " and " + otherLabel);
    }
    html.add(" <b>").text(ValueText.number(pair.similarity())).add("</b></p>");
    AnalysisSections.file(html, file(dataset, pair.index()), pair.index());
    AnalysisSections.file(html, file(other, pair.other()), pair.other());
    html.add("</li>\n");
  }

  private static void ofAll(Html html, int shown, long count) {
    if (count > shown) {
      html.element(
          "p", "caption", "The first " + shown + " of " + ValueText.count(count) + " are shown.");
    }
  }

  private static String classes(Dataset dataset, int index) {
    List<String> names =
        dataset.target().isOfLabels()
            ? dataset.labels(index).stream().map(dataset.classNames()::get).toList()
            : List.of();
    return names.isEmpty() ? "no class" : String.join(", ", names);
  }

  private static String file(Dataset dataset, int index) {
    Path file = dataset.file(index);
    return file == null ? "" : file.toString();
  }

  /** Returns an image made small, or null if it can no longer be read. */
  private static @Nullable Image thumbnail(Dataset dataset, int index) {
    try {
      return Thumbnails.of(dataset.get(index).image());
    } catch (EspalierException e) {
      return null;
    }
  }
}
