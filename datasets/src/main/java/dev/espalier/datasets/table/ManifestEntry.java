package dev.espalier.datasets.table;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of one image. Texts that are missing or blank are null.
 *
 * @param file the manifest
 * @param where in it, such as {@code line 3}
 * @param labels as they are written, without white space around them; empty if they are missing
 * @param severalLabels whether they are written in a way that allows several
 */
record ManifestEntry(
    Path file,
    String where,
    @Nullable String path,
    List<String> labels,
    boolean severalLabels,
    @Nullable String split) {
  /** How tables with a column for each class say whether an image is of the class. */
  private static final Map<String, Boolean> HAS_CLASS =
      Map.of("1", true, "1.0", true, "true", true, "0", false, "0.0", false, "false", false);

  static final String PATH = "path";
  static final String LABEL = "label";
  static final String SPLIT = "split";

  /** The columns of a table without a line that names them. */
  static final List<String> ORDER = List.of(PATH, LABEL, SPLIT);

  ManifestEntry {
    path = text(path);
    labels = labels.stream().map(String::strip).toList();
    labels = !severalLabels && labels.equals(List.of("")) ? List.of() : List.copyOf(labels);
    split = text(split);
  }

  /** Returns whether a text says that an image is of a class, or null if it says neither. */
  static @Nullable Boolean hasClass(String text) {
    return HAS_CLASS.get(text.strip().toLowerCase(Locale.ROOT));
  }

  private static @Nullable String text(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** Returns how messages begin. */
  String place() {
    return Character.toUpperCase(where.charAt(0)) + where.substring(1) + " of " + file;
  }
}
