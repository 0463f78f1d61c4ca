package dev.espalier.datasets.table;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a manifest for one image. Missing and blank texts are null.
 *
 * @param file the manifest
 * @param where position in it, such as {@code line 3}
 * @param labels as written, without surrounding white space; empty if they are missing
 * @param severalLabels whether they are written in a form that allows several
 * @param weight weight of the image in the loss
 */
record ManifestEntry(
    Path file,
    String where,
    @Nullable String path,
    List<String> labels,
    boolean severalLabels,
    @Nullable String split,
    double weight) {
  /** The texts in class columns for membership in a class. */
  private static final Map<String, Boolean> HAS_CLASS =
      Map.of("1", true, "1.0", true, "true", true, "0", false, "0.0", false, "false", false);

  /** As data is exchanged: no hexadecimal numbers, no comma, neither NaN nor infinity. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  static final String PATH = "path";
  static final String LABEL = "label";
  static final String SPLIT = "split";
  static final String WEIGHT = "weight";

  /** The columns of a table without a header. */
  static final List<String> ORDER = List.of(PATH, LABEL, SPLIT);

  ManifestEntry {
    path = text(path);
    labels = labels.stream().map(String::strip).toList();
    labels = !severalLabels && labels.equals(List.of("")) ? List.of() : List.copyOf(labels);
    split = text(split);
  }

  /** Returns whether a text means that an image belongs to a class, or null if it is neither. */
  static @Nullable Boolean hasClass(String text) {
    return HAS_CLASS.get(text.strip().toLowerCase(Locale.ROOT));
  }

  /**
   * Returns the weight that a text gives.
   *
   * @param where in the file it stands, such as {@code line 3}
   */
  static double weight(Path file, String where, String column, String text) {
    String number = text.strip();
    double weight = NUMBER.matcher(number).matches() ? Double.parseDouble(number) : Double.NaN;
    if (weight >= 0 && Float.isFinite((float) weight)) {
      return weight;
    }
    throw new EspalierException(
        ErrorCode.INVALID_DATA_FILE,
        place(file, where)
            + (number.isEmpty() ? " has no weight" : " has the weight \"" + number + "\"")
            + " in the column "
            + column
            + ".",
        "Write a number of 0 or more with a decimal point, such as 0.5; 1 is the usual weight.");
  }

  private static @Nullable String text(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** Returns the beginning of messages. */
  String place() {
    return place(file, where);
  }

  private static String place(Path file, String where) {
    return Character.toUpperCase(where.charAt(0)) + where.substring(1) + " of " + file;
  }
}
