package dev.espalier.datasets;

import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds the pictures of an image folder. */
final class ClassFolders {
  private final Path folder;

  /** In the order of the names of the classes. */
  private final Map<String, List<LabelledFile>> byClass = new TreeMap<>();

  private ClassFolders(Path folder) {
    this.folder = folder;
  }

  static PictureListing list(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          folder + (Files.exists(folder) ? " is not a folder." : " does not exist."),
          "Give the folder that holds a folder of pictures for each class.");
    }
    List<Path> children = FolderListing.folders(folder);
    Map<Split, Path> splits = splits(children);
    ClassFolders found = new ClassFolders(folder);
    if (splits.isEmpty()) {
      children.forEach(child -> found.add(child, null));
    } else {
      splits.forEach(
          (split, part) -> FolderListing.folders(part).forEach(child -> found.add(child, split)));
    }
    found.check();
    Map<Split, String> words = new EnumMap<>(Split.class);
    splits.forEach((split, part) -> words.put(split, FolderListing.name(part)));
    return new PictureListing(
        folder,
        List.copyOf(found.byClass.keySet()),
        words,
        found.byClass.values().stream().flatMap(Collection::stream).toList(),
        false);
  }

  /** Returns the splits if all folders are splits, else nothing. */
  private static Map<Split, Path> splits(List<Path> children) {
    Map<Split, Path> splits = new EnumMap<>(Split.class);
    for (Path child : children) {
      Split split = SplitNames.find(FolderListing.name(child));
      if (split == null) {
        return Map.of();
      }
      Path other = splits.put(split, child);
      if (other != null) {
        throw new EspalierException(
            ErrorCode.INVALID_DATA_LAYOUT,
            other + " and " + child + " are two folders for one part.",
            "Put their pictures into one of them.");
      }
    }
    return splits.containsKey(Split.TRAIN) ? splits : Map.of();
  }

  private void add(Path child, @Nullable Split split) {
    String name = FolderListing.name(child);
    List<LabelledFile> files = byClass.computeIfAbsent(name, unused -> new ArrayList<>());
    FolderListing.pictures(child)
        .forEach(file -> files.add(new LabelledFile(file, List.of(name), split)));
  }

  private void check() {
    if (byClass.values().stream().allMatch(List::isEmpty)) {
      boolean loose = byClass.isEmpty() && !FolderListing.pictures(folder).isEmpty();
      throw new EspalierException(
          loose ? ErrorCode.INVALID_DATA_LAYOUT : ErrorCode.EMPTY_DATASET,
          loose
              ? "The folder " + folder + " holds pictures, but no folders for classes."
              : "There are no pictures in " + folder + ".",
          "Make a folder for each class in it, with the class's pictures: "
              + folder.resolve("cat").resolve("tom.jpg")
              + ".");
    }
    List<String> empty =
        byClass.entrySet().stream()
            .filter(entry -> entry.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    if (!empty.isEmpty()) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          "There are no pictures of " + String.join(", ", empty) + " in " + folder + ".",
          "Add some, or remove the empty folders.");
    }
  }
}
