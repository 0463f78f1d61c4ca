package dev.espalier.datasets.internal.files;

import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All images that were found, before a selection.
 *
 * @param place the folder, or the file that lists them, for messages
 * @param classNames of all images, in the order of their labels
 * @param splits the available splits, with their names in the data; empty without splits
 * @param files in order
 * @param multiLabel whether an image may have several classes
 * @param unlabelled the splits whose images have no classes, with the reason; none of {@code
 *     splits}
 * @param warnings about what was ignored or looks like a mistake
 */
public record ImageListing(
    Path place,
    List<String> classNames,
    Map<Split, String> splits,
    List<LabelledFile> files,
    boolean multiLabel,
    Map<Split, String> unlabelled,
    List<String> warnings) {

  /** Checks that class names are unique. */
  public ImageListing {
    unlabelled = unlabelled.isEmpty() ? Map.of() : new EnumMap<>(unlabelled);
    warnings = List.copyOf(warnings);
    Map<String, String> byLowerCase = new HashMap<>();
    for (String name : classNames) {
      String other = byLowerCase.put(name.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw new EspalierException(
            ErrorCode.INVALID_DATA_LAYOUT,
            "The classes " + other + " and " + name + " in " + place + " differ only in case.",
            "Merge them, or rename one of them.");
      }
    }
  }

  public boolean hasSplits() {
    return !splits.isEmpty();
  }

  /**
   * Returns the names of the chosen classes by label.
   *
   * @param wanted the classes to use, or none for all
   */
  public List<String> choose(List<String> wanted) {
    for (String name : wanted) {
      if (!classNames.contains(name)) {
        throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "class in " + place, name, classNames);
      }
    }
    if (new HashSet<>(wanted).size() < wanted.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "There is a duplicate class in " + String.join(", ", wanted) + ".",
          "Name each class once.");
    }
    List<String> names = wanted.isEmpty() ? classNames : wanted;
    if (names.size() < 2) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_LAYOUT,
          "There is only one class, " + names.get(0) + ", in " + place + ".",
          "A classifier needs two or more classes: add images of another class.");
    }
    return names;
  }

  /**
   * Returns the images that have at least one of some classes.
   *
   * @param names of the classes
   * @param split the split, or null for all
   */
  public List<LabelledFile> files(List<String> names, @Nullable Split split) {
    if (split != null && !splits.containsKey(split)) {
      throw withoutSplit(split);
    }
    HashSet<String> wanted = new HashSet<>(names);
    return files.stream()
        .filter(file -> file.classNames().stream().anyMatch(wanted::contains))
        .filter(file -> split == null || file.split() == split)
        .toList();
  }

  /** Returns the error for a missing split. */
  public EspalierException withoutSplit(Split split) {
    String word = SplitNames.word(split);
    String reason = unlabelled.get(split);
    if (reason != null) {
      return new EspalierException(
          ErrorCode.INVALID_DATA_LAYOUT,
          "There is no " + word + " split in " + place + ": " + reason + ".",
          "Sort its images into one folder per class, or remove that folder and open the"
              + " folder train by itself, which is then divided into splits.");
    }
    return splits.isEmpty()
        ? new EspalierException(
            ErrorCode.INVALID_DATA_LAYOUT,
            "There is no " + word + " split of " + place + ", which is not divided into splits.",
            "Divide it with division(0.8, 0.1, 0.1), or name its folders train, val and test.")
        : new EspalierException(
            ErrorCode.INVALID_DATA_LAYOUT,
            "There is no " + word + " split in " + place + ".",
            "It has the splits "
                + String.join(", ", splits.values())
                + ": use one of these, or add one.");
  }
}
