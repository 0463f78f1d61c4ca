package dev.espalier.datasets;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of one picture. Texts that are missing or blank are null.
 *
 * @param file the manifest
 * @param where in it, such as {@code line 3}
 */
record ManifestEntry(
    Path file,
    String where,
    @Nullable String path,
    @Nullable String label,
    @Nullable String split) {
  static final String PATH = "path";
  static final String LABEL = "label";
  static final String SPLIT = "split";

  static ManifestEntry of(Path file, String where, Map<String, String> texts) {
    return new ManifestEntry(
        file, where, text(texts, PATH), text(texts, LABEL), text(texts, SPLIT));
  }

  private static @Nullable String text(Map<String, String> texts, String name) {
    String text = texts.get(name);
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** Returns how messages begin. */
  String place() {
    return Character.toUpperCase(where.charAt(0)) + where.substring(1) + " of " + file;
  }
}
