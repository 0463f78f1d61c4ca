package dev.espalier.datasets.table;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entries in the records of a comma-separated table. Its first record is the header,
 * unless it names an image. A bar separates several labels of one image. Instead of a column with
 * labels, there may be one per class that contains 1 or 0.
 */
final class ManifestCsv {
  /** Rare in names, and unlike the comma it needs no quotes. */
  private static final String LABEL_SEPARATOR = "|";

  private final Path file;
  private final ManifestColumns columns;
  private final Predicate<String> isImage;
  private List<String> names = List.of();

  /**
   * Prepares to read a table.
   *
   * @param isImage whether a text may name an image
   */
  ManifestCsv(Path file, ManifestColumns columns, Predicate<String> isImage) {
    this.file = file;
    this.columns = columns;
    this.isImage = isImage;
  }

  List<ManifestEntry> parse(String text) {
    List<CsvRecords.Row> rows = new CsvRecords(file, text).all();
    if (rows.isEmpty()) {
      return List.of();
    }
    List<String> first = rows.get(0).cells().stream().map(String::strip).toList();
    boolean headless = isHeadless(first);
    names = headless ? withoutHeader(rows) : first;
    String path = columns.findPath(names);
    String label = columns.findLabel(names);
    List<CsvRecords.Row> entries = headless ? rows : rows.subList(1, rows.size());
    entries.forEach(this::checkWidth);
    List<Integer> classes = label == null && columns.label() == null ? oneHot(entries) : List.of();
    if (path == null) {
      throw unknownColumn(columns.path(), ManifestEntry.PATH, "files");
    }
    if (label == null && classes.isEmpty()) {
      throw unknownColumn(columns.label(), ManifestEntry.LABEL, "classes");
    }
    if (columns.weight() != null && columns.findWeight(names) == null) {
      throw unknownColumn(columns.weight(), ManifestEntry.WEIGHT, "weights");
    }
    String split = ManifestColumns.findSplit(names);
    return entries.stream()
        .map(
            row ->
                classes.isEmpty()
                    ? labelled(row, path, String.valueOf(label), split)
                    : hot(row, path, classes, split))
        .toList();
  }

  private boolean isHeadless(List<String> first) {
    return columns.path() == null
        && columns.label() == null
        && columns.weight() == null
        && first.size() > 1
        && columns.findPath(first) == null
        && isImage.test(first.get(0));
  }

  private List<String> withoutHeader(List<CsvRecords.Row> rows) {
    int width = rows.get(0).cells().size();
    if (width > 3) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          "The first line of "
              + file
              + " names an image instead of columns, of which there are "
              + width
              + ".",
          "Start the file with a line that names the columns, such as path,label,split.");
    }
    return ManifestEntry.ORDER.subList(0, width);
  }

  private void checkWidth(CsvRecords.Row row) {
    if (row.cells().size() != names.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          "Line "
              + row.line()
              + " of "
              + file
              + " has "
              + row.cells().size()
              + " values for "
              + names.size()
              + " columns.",
          "Put values that hold a comma in double quotes.");
    }
  }

  /**
   * Returns the class columns if all columns without another role contain 1 or 0, otherwise an
   * empty list.
   */
  private List<Integer> oneHot(List<CsvRecords.Row> rows) {
    List<Integer> classes = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (!name.equals(columns.findPath(names))
          && !name.equals(ManifestColumns.findSplit(names))
          && !name.equals(columns.findWeight(names))) {
        classes.add(i);
      }
    }
    boolean hot =
        classes.size() > 1
            && rows.stream()
                .allMatch(row -> classes.stream().allMatch(i -> hasClass(row, i) != null));
    return hot ? classes : List.of();
  }

  private static @Nullable Boolean hasClass(CsvRecords.Row row, int column) {
    return ManifestEntry.hasClass(row.cells().get(column));
  }

  private ManifestEntry labelled(
      CsvRecords.Row row, String path, String label, @Nullable String split) {
    String labels = value(row, label);
    return new ManifestEntry(
        file,
        "line " + row.line(),
        value(row, path),
        List.of(labels.split(Pattern.quote(LABEL_SEPARATOR), -1)),
        labels.contains(LABEL_SEPARATOR),
        split == null ? null : value(row, split),
        weight(row));
  }

  private ManifestEntry hot(
      CsvRecords.Row row, String path, List<Integer> classes, @Nullable String split) {
    List<String> labels =
        classes.stream()
            .filter(i -> Boolean.TRUE.equals(hasClass(row, i)))
            .map(names::get)
            .toList();
    return new ManifestEntry(
        file,
        "line " + row.line(),
        value(row, path),
        labels,
        labels.size() > 1,
        split == null ? null : value(row, split),
        weight(row));
  }

  private double weight(CsvRecords.Row row) {
    String column = columns.findWeight(names);
    return column == null
        ? 1
        : ManifestEntry.weight(file, "line " + row.line(), column, value(row, column));
  }

  private String value(CsvRecords.Row row, String column) {
    return row.cells().get(names.indexOf(column));
  }

  /**
   * Returns the error that a column is missing.
   *
   * @param wanted the name that was given, or null
   * @param role as settings name it
   * @param content as a sentence names it
   */
  private EspalierException unknownColumn(@Nullable String wanted, String role, String content) {
    return new EspalierException(
        ErrorCode.INVALID_DATA_FILE,
        "The first line of "
            + file
            + " does not name the column "
            + (wanted == null ? role : wanted)
            + " exactly once; it names "
            + String.join(", ", names)
            + ".",
        "Start the file with the line path,label or path,label,split, or set data."
            + role
            + "-column to the name of the column with the "
            + content
            + ".");
  }
}
