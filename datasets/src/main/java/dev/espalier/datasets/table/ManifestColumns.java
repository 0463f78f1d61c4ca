package dev.espalier.datasets.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names of a table's columns. Columns that are not given are found by the usual names, ignoring
 * case, {@code -}, {@code _} and blanks: {@code path}, {@code file_path}, {@code image_path},
 * {@code filename}, {@code file}, {@code image}, {@code image_id} or {@code id} for the files,
 * {@code label}, {@code class}, {@code class_name}, {@code category} or {@code target} for the
 * classes, {@code split}, {@code subset} or {@code data_set} for the splits. Immutable.
 *
 * @param path the name of the column with the files, or null
 * @param label the name of the column with the classes, or null
 * @param extension file name extension that the table omits, such as {@code jpg}; empty if it is
 *     written in the table
 * @param weight the name of the column with the {@linkplain dev.espalier.data.Sample#withWeight
 *     weights} of the images in the loss, numbers of 0 or more; null for a weight of 1 each. It is
 *     never guessed: a column called weight may be a measurement
 */
public record ManifestColumns(
    @Nullable String path, @Nullable String label, String extension, @Nullable String weight) {
  /** In order of precedence. */
  private static final List<String> PATHS =
      List.of(
          "path",
          "filepath",
          "imagepath",
          "imgpath",
          "filename",
          "imagename",
          "imagefile",
          "file",
          "image",
          "img",
          "imageid",
          "id");

  private static final List<String> LABELS =
      List.of("label", "labels", "class", "classname", "classlabel", "category", "target");

  private static final List<String> SPLITS = List.of("split", "subset", "dataset");

  static final ManifestColumns USUAL = new ManifestColumns(null, null, "", null);

  /** Removes a leading full stop from the extension. */
  public ManifestColumns {
    extension = extension.startsWith(".") ? extension.substring(1) : extension;
  }

  /** Returns these columns with the files in another column. */
  public ManifestColumns withPath(String column) {
    return new ManifestColumns(column, label, extension, weight);
  }

  /** Returns these columns with the classes in another column. */
  public ManifestColumns withLabel(String column) {
    return new ManifestColumns(path, column, extension, weight);
  }

  /** Returns these columns with another extension that the table omits. */
  public ManifestColumns withExtension(String ending) {
    return new ManifestColumns(path, label, ending, weight);
  }

  /** Returns these columns with the weights of the images in the loss in a column. */
  public ManifestColumns withWeight(String column) {
    return new ManifestColumns(path, label, extension, column);
  }

  /** Returns the column with the files, or null. */
  @Nullable String findPath(Collection<String> names) {
    return find(path, PATHS, names);
  }

  /** Returns the column with the classes, or null. */
  @Nullable String findLabel(Collection<String> names) {
    return find(label, LABELS, names);
  }

  /** Returns the column with the weights, or null. */
  @Nullable String findWeight(Collection<String> names) {
    return weight == null ? null : find(weight, List.of(), names);
  }

  /** Returns the column with the splits, or null. */
  static @Nullable String findSplit(Collection<String> names) {
    return find(null, SPLITS, names);
  }

  private static @Nullable String find(
      @Nullable String wanted, List<String> usual, Collection<String> names) {
    for (String word : wanted == null ? usual : List.of(plain(wanted))) {
      List<String> found = new ArrayList<>(names);
      found.removeIf(name -> !plain(name).equals(word));
      if (found.size() == 1) {
        return found.get(0);
      }
    }
    return null;
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }
}
