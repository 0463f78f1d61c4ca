package dev.espalier.cli.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.core.dataquality.DataIssues;
import dev.espalier.core.dataquality.LabelIssue;
import dev.espalier.core.dataquality.LabelIssues;
import dev.espalier.core.dataquality.NearDuplicates;
import dev.espalier.data.Dataset;
import dev.espalier.error.PrintableText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Formats what a model finds in a data set, as text and as JSON. */
public final class DataIssuesText {
  private static final int LINES_SHOWN = 10;

  private final DataIssues issues;
  private final Dataset dataset;
  private final List<Dataset> others;
  private final StringBuilder text = new StringBuilder();

  /**
   * Prepares the text.
   *
   * @param others the splits that were compared, in their order
   */
  public DataIssuesText(DataIssues issues, Dataset dataset, List<Dataset> others) {
    this.issues = issues;
    this.dataset = dataset;
    this.others = List.copyOf(others);
  }

  /** Returns the text; long lists are shortened. */
  public String text() {
    labels();
    for (int i = 0; i < others.size(); i++) {
      nearDuplicates(issues.nearDuplicates().get(i), others.get(i));
    }
    return text.toString();
  }

  private void labels() {
    LabelIssues labels = issues.labels();
    line("");
    if (labels == null) {
      line(
          dataset.target().multiLabel()
              ? "Labels are not checked: an image may have several classes."
              : "Labels are not checked: fewer than two classes have enough images.");
      return;
    }
    if (labels.issues().isEmpty()) {
      line("No image is probably mislabelled.");
    } else {
      line(
          String.format(
              Locale.ROOT,
              "Probably mislabelled images: %,d of %,d",
              labels.issues().size(),
              labels.samples()));
      labels.issues().stream()
          .limit(LINES_SHOWN)
          .forEach(
              issue ->
                  line(
                      String.format(
                          Locale.ROOT,
                          "  %s  %s (%.0f %%), looks like %s (%.0f %%)",
                          name(dataset, issue.index()),
                          className(issue.label()),
                          100 * issue.labelProbability(),
                          className(issue.suggested()),
                          100 * issue.suggestedProbability())));
      rest(labels.issues().size());
    }
    if (!issues.uncheckedClasses().isEmpty()) {
      line("Too few images to check labels: " + String.join(", ", issues.uncheckedClasses()));
    }
  }

  private void nearDuplicates(NearDuplicates found, Dataset other) {
    line("");
    if (found.count() == 0) {
      line("No image has a near-duplicate in " + found.split() + ".");
      return;
    }
    line(
        String.format(
            Locale.ROOT, "Near-duplicates in %s: %,d pairs", found.split(), found.count()));
    found.pairs().stream()
        .limit(LINES_SHOWN)
        .forEach(
            pair ->
                line(
                    String.format(
                        Locale.ROOT,
                        "  %.3f  %s ~ %s%s",
                        pair.similarity(),
                        name(dataset, pair.index()),
                        name(other, pair.other()),
                        differ(pair, other) ? "  (different classes)" : "")));
    rest(found.count());
  }

  private void rest(long count) {
    if (count > LINES_SHOWN) {
      line(
          String.format(
              Locale.ROOT,
              "  and %,d more; --json lists them, --report FILE shows them",
              count - LINES_SHOWN));
    }
  }

  private void line(String line) {
    text.append(PrintableText.of(line)).append(System.lineSeparator());
  }

  private String className(int label) {
    return dataset.classNames().get(label);
  }

  private boolean differ(NearDuplicates.Pair pair, Dataset other) {
    return dataset.target().isOfLabels()
        && other.target().isOfLabels()
        && !classes(dataset, pair.index()).equals(classes(other, pair.other()));
  }

  private static List<String> classes(Dataset dataset, int index) {
    return dataset.labels(index).stream().map(dataset.classNames()::get).sorted().toList();
  }

  private static String name(Dataset dataset, int index) {
    Path file = dataset.file(index);
    return file == null ? "sample " + index : file.toString();
  }

  /** Adds the issues to a description. */
  public void addTo(JsonObject description) {
    LabelIssues labels = issues.labels();
    if (labels != null) {
      JsonArray mislabelled = new JsonArray();
      labels.issues().forEach(issue -> mislabelled.add(json(issue)));
      description.addProperty("labelsChecked", labels.samples());
      description.addProperty("estimatedLabelErrors", labels.estimatedErrors());
      description.add("mislabelled", mislabelled);
    } else {
      description.addProperty("labelsChecked", 0);
    }
    JsonArray unchecked = new JsonArray();
    issues.uncheckedClasses().forEach(unchecked::add);
    description.add("uncheckedClasses", unchecked);
    JsonArray splits = new JsonArray();
    for (int i = 0; i < others.size(); i++) {
      splits.add(json(issues.nearDuplicates().get(i), others.get(i)));
    }
    description.add("nearDuplicates", splits);
  }

  private JsonObject json(LabelIssue issue) {
    JsonObject object = new JsonObject();
    object.addProperty("name", name(dataset, issue.index()));
    object.addProperty("label", className(issue.label()));
    object.addProperty("labelProbability", issue.labelProbability());
    object.addProperty("suggested", className(issue.suggested()));
    object.addProperty("suggestedProbability", issue.suggestedProbability());
    return object;
  }

  private JsonObject json(NearDuplicates found, Dataset other) {
    JsonObject object = new JsonObject();
    object.addProperty("split", found.split());
    object.addProperty("count", found.count());
    JsonArray pairs = new JsonArray();
    for (NearDuplicates.Pair pair : found.pairs()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("name", name(dataset, pair.index()));
      entry.addProperty("other", name(other, pair.other()));
      entry.addProperty("similarity", pair.similarity());
      entry.addProperty("contradictory", differ(pair, other));
      pairs.add(entry);
    }
    object.add("pairs", pairs);
    return object;
  }
}
