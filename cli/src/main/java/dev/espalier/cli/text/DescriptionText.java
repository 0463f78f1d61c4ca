package dev.espalier.cli.text;

import dev.espalier.data.UnreadableFile;
import dev.espalier.datasets.DatasetDescription;
import dev.espalier.datasets.DatasetDescription.ClassCount;
import dev.espalier.datasets.DatasetDescription.Duplicates;
import dev.espalier.datasets.DatasetDescription.Leak;
import dev.espalier.datasets.DatasetDescription.Range;
import dev.espalier.datasets.DatasetDescription.WeightRange;
import dev.espalier.error.PrintableText;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Formats the description of a data set as text. Long lists are shortened. */
public final class DescriptionText {
  private static final int CLASSES_SHOWN = 20;
  private static final int LINES_SHOWN = 10;

  /** Prefix of the names of samples without a file. */
  private static final String SAMPLE = "sample ";

  private final DatasetDescription description;
  private final List<String> compared;
  private final StringBuilder text = new StringBuilder();

  /**
   * Prepares the text.
   *
   * @param compared names of the other splits that were read
   */
  public DescriptionText(DatasetDescription description, List<String> compared) {
    this.description = description;
    this.compared = compared;
  }

  public String text() {
    line(
        "%s: %,d readable images, %,d classes%s",
        description.name(),
        description.samples(),
        description.classes().size(),
        description.multiLabel() ? ", multi-label" : "");
    classes();
    labels();
    weights();
    if (description.samples() > 0) {
      line("");
      line(
          "Size      width %s, height %s; %,d different",
          range(description.widths()), range(description.heights()), description.sizes());
      line("Stored as");
      description.modes().forEach((mode, count) -> line("  %,8d  %s", count, mode));
    }
    duplicates();
    leaks();
    unreadable();
    warnings();
    return text.toString();
  }

  private void classes() {
    List<ClassCount> all = description.classes();
    List<ClassCount> shown = all;
    line("");
    if (all.size() > CLASSES_SHOWN) {
      line("Classes, the largest and the smallest");
      List<ClassCount> sorted =
          all.stream().sorted(Comparator.comparingInt(ClassCount::samples).reversed()).toList();
      int half = CLASSES_SHOWN / 2;
      sorted.subList(0, half).forEach(this::classLine);
      line("       ...");
      shown = sorted.subList(sorted.size() - half, sorted.size());
    } else {
      line("Classes");
    }
    shown.forEach(this::classLine);
    double imbalance = description.imbalance();
    if (Double.isInfinite(imbalance)) {
      line("Balance   some classes have no images");
    } else if (description.samples() > 0) {
      line("Balance   the largest class has %.1f times as many images as the smallest", imbalance);
    }
  }

  private void labels() {
    Range labels = description.labels();
    if (description.multiLabel()) {
      line("Labels    %s per image, %.2f on average", range(labels), description.meanLabels());
    }
  }

  private void weights() {
    WeightRange weights = description.weights();
    if (description.samples() > 0 && (weights.smallest() != 1 || weights.largest() != 1)) {
      line(
          "Weights   %s to %s in the loss (mean %.2f)",
          plain(weights.smallest()), plain(weights.largest()), weights.mean());
    }
  }

  private static String plain(double number) {
    return number == Math.rint(number) && number < 1e6
        ? String.format(Locale.ROOT, "%.0f", number)
        : Double.toString(number);
  }

  private void classLine(ClassCount count) {
    line("  %,8d  %s", count.samples(), count.name());
  }

  private static String range(Range range) {
    return range.smallest() == range.largest()
        ? String.format(Locale.ROOT, "%,d", range.smallest())
        : String.format(
            Locale.ROOT,
            "%,d to %,d (median %,d)",
            range.smallest(),
            range.largest(),
            range.median());
  }

  private void duplicates() {
    List<Duplicates> groups = description.duplicates();
    line("");
    if (groups.isEmpty()) {
      line("No duplicates: no two images have the same pixels.");
      return;
    }
    line("Groups of duplicate images, which have the same pixels: %,d", groups.size());
    long contradictory = groups.stream().filter(Duplicates::contradictory).count();
    if (contradictory > 0) {
      line("of which in different classes: %,d", contradictory);
    }
    groups.stream()
        .sorted(Comparator.comparing(Duplicates::contradictory).reversed())
        .limit(LINES_SHOWN)
        .forEach(
            group ->
                line(
                    "  %s%s",
                    String.join(" = ", group.names()),
                    group.contradictory() ? "  (different classes)" : ""));
    rest(groups.size());
  }

  private void leaks() {
    if (compared.isEmpty()) {
      return;
    }
    List<Leak> leaks = description.leaks();
    String others = String.join(" or ", compared);
    line("");
    if (leaks.isEmpty()) {
      line("No image is also in %s.", others);
      return;
    }
    line("Images that are also in %s: %,d", others, leaks.size());
    long contradictory = leaks.stream().filter(Leak::contradictory).count();
    if (contradictory > 0) {
      line("of which in different classes: %,d", contradictory);
    }
    leaks.stream()
        .sorted(Comparator.comparing(Leak::contradictory).reversed())
        .limit(LINES_SHOWN)
        .forEach(
            leak ->
                line(
                    "  %s = %s%s",
                    String.join(" = ", leak.names()),
                    leak.elsewhere().entrySet().stream()
                        .map(DescriptionText::place)
                        .collect(Collectors.joining(" = ")),
                    leak.contradictory() ? "  (different classes)" : ""));
    rest(leaks.size());
    line(
        "Remove them from one of the splits: metrics on images that a model was trained on are too"
            + " good.");
  }

  /** A file name already shows its split. */
  private static String place(Map.Entry<String, List<String>> split) {
    return split.getValue().stream()
        .map(name -> name.startsWith(SAMPLE) ? split.getKey() + " " + name : name)
        .collect(Collectors.joining(" = "));
  }

  private void unreadable() {
    Map<String, List<UnreadableFile>> elsewhere = description.unreadableElsewhere();
    line("");
    if (description.unreadable().isEmpty() && elsewhere.isEmpty()) {
      line(
          "All files%s are readable%s.",
          description.warnings().isEmpty() ? "" : " that are not ignored",
          compared.isEmpty() ? "" : ", including those of " + String.join(" and ", compared));
      return;
    }
    unreadable("Unreadable files", description.unreadable());
    elsewhere.forEach((name, files) -> unreadable("Unreadable files of " + name, files));
  }

  private void unreadable(String title, List<UnreadableFile> files) {
    if (files.isEmpty()) {
      return;
    }
    line("%s: %,d", title, files.size());
    files.stream().limit(LINES_SHOWN).forEach(file -> line("  %s", file.reason()));
    rest(files.size());
  }

  private void warnings() {
    if (!description.warnings().isEmpty()) {
      line("");
      description.warnings().forEach(warning -> line("%s", warning));
    }
  }

  private void rest(int count) {
    if (count > LINES_SHOWN) {
      line("  and %,d more; --json lists all", count - LINES_SHOWN);
    }
  }

  private void line(String format, Object... values) {
    Object[] printable =
        Arrays.stream(values)
            .map(value -> value instanceof String name ? PrintableText.of(name) : value)
            .toArray();
    text.append(String.format(Locale.ROOT, format, printable)).append(System.lineSeparator());
  }
}
