package dev.espalier.datasets.folder;

import dev.espalier.data.Split;
import dev.espalier.datasets.internal.files.FolderListing;
import dev.espalier.datasets.internal.files.ImageListing;
import dev.espalier.datasets.internal.files.LabelledFile;
import dev.espalier.datasets.internal.files.SplitNames;
import dev.espalier.datasets.internal.files.UnsupportedFiles;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the images of an image folder. */
final class ClassFolders {
  private final Path folder;

  /** Sorted by class name. */
  private final Map<String, List<LabelledFile>> byClass = new TreeMap<>();

  /** The folder names of the splits that have class folders. */
  private final Map<Split, String> words = new EnumMap<>(Split.class);

  private final Map<Split, String> unlabelled = new EnumMap<>(Split.class);
  private final UnsupportedFiles unsupported;
  private final List<String> warnings = new ArrayList<>();

  private ClassFolders(Path folder) {
    this.folder = folder;
    this.unsupported = new UnsupportedFiles(folder);
  }

  static ImageListing list(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          folder + (Files.exists(folder) ? " is not a folder." : " does not exist."),
          "Give the folder that contains one folder of images per class.");
    }
    ClassFolders found = new ClassFolders(folder);
    found.find(FolderListing.folders(folder));
    found.check();
    found.warnings.addAll(found.unsupported.warnings());
    return new ImageListing(
        folder,
        List.copyOf(found.byClass.keySet()),
        found.words,
        found.byClass.values().stream().flatMap(Collection::stream).toList(),
        false,
        found.unlabelled,
        found.warnings);
  }

  private void find(List<Path> children) {
    List<Path> named = children.stream().filter(child -> split(child) != null).toList();
    List<Path> others = children.stream().filter(child -> split(child) == null).toList();
    if (areSplits(named, others)) {
      splits(named).forEach(this::addSplit);
      if (!others.isEmpty()) {
        warnings.add(
            "Left out: "
                + names(others)
                + " in "
                + folder
                + ", because "
                + names(named)
                + " beside it are the splits. The classes are folders inside these.");
      }
    } else {
      children.forEach(child -> addClass(child, null));
      for (Path child : named) {
        warnings.add(
            "The folder "
                + FolderListing.name(child)
                + " in "
                + folder
                + " is taken for a class, not for a split. Splits are named train, val and test,"
                + " train among them, with a folder for each class in each.");
      }
    }
    if (!byClass.isEmpty()) {
      warnOfLooseImages(folder);
    }
  }

  private static @Nullable Split split(Path child) {
    return SplitNames.find(FolderListing.name(child));
  }

  /**
   * Returns whether folders named like splits are splits: a training split is among them, and there
   * is nothing else, or there are class folders inside it and a second split, or there is at most
   * one other folder. With more folders next to it, {@code train} is a class.
   */
  private static boolean areSplits(List<Path> named, List<Path> others) {
    List<Path> train = named.stream().filter(child -> split(child) == Split.TRAIN).toList();
    if (train.isEmpty()) {
      return false;
    }
    return others.isEmpty()
        || (named.size() > train.size()
            && train.stream().noneMatch(child -> FolderListing.folders(child).isEmpty()))
        || (others.size() == 1 && train.stream().allMatch(ClassFolders::holdsClasses));
  }

  /** Returns whether there are images in several folders below this one, and none next to them. */
  private static boolean holdsClasses(Path folder) {
    long classes =
        FolderListing.folders(folder).stream()
            .filter(child -> !FolderListing.content(child).images().isEmpty())
            .count();
    return classes > 1 && FolderListing.looseImages(folder).isEmpty();
  }

  private static Map<Split, Path> splits(List<Path> named) {
    Map<Split, Path> splits = new EnumMap<>(Split.class);
    for (Path child : named) {
      Path other = splits.put(SplitNames.required(FolderListing.name(child)), child);
      if (other != null) {
        throw new EspalierException(
            ErrorCode.INVALID_DATA_LAYOUT,
            other + " and " + child + " are two folders for the same split.",
            "Put their images into one of them.");
      }
    }
    return splits;
  }

  private void addSplit(Split split, Path top) {
    Path part = innermost(split, top);
    List<Path> children = FolderListing.folders(part);
    List<Path> loose = children.isEmpty() ? FolderListing.looseImages(part) : List.of();
    if (loose.isEmpty()) {
      words.put(split, FolderListing.name(top));
      children.forEach(child -> addClass(child, split));
      warnOfLooseImages(part);
      return;
    }
    String reason = part + " holds " + images(loose.size()) + " and no folders for classes";
    if (split == Split.TRAIN) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_LAYOUT,
          reason + ".",
          "Sort the images into one folder per class in it, or list them with their"
              + " classes in a table and open it as a manifest.");
    }
    unlabelled.put(split, reason);
    warnings.add("Left out: " + reason + ". espalier predict names the classes of such images.");
  }

  /**
   * Archives often nest a folder in one of the same name: {@code training_set/training_set/cats}.
   */
  private static Path innermost(Split split, Path part) {
    List<Path> children = FolderListing.folders(part);
    return children.size() == 1 && split(children.get(0)) == split
        ? innermost(split, children.get(0))
        : part;
  }

  private void addClass(Path child, @Nullable Split split) {
    String name = FolderListing.name(child);
    List<LabelledFile> files = byClass.computeIfAbsent(name, unused -> new ArrayList<>());
    FolderListing.Content content = FolderListing.content(child);
    content.images().forEach(file -> files.add(new LabelledFile(file, List.of(name), split)));
    unsupported.add(name, content.unsupported());
  }

  private void warnOfLooseImages(Path parent) {
    List<Path> loose = FolderListing.looseImages(parent);
    if (!loose.isEmpty()) {
      warnings.add(
          "Left out: "
              + images(loose.size())
              + " directly in "
              + parent
              + ", such as "
              + FolderListing.name(loose.get(0))
              + ", because they are in no folder of a class.");
    }
  }

  private void check() {
    if (byClass.values().stream().allMatch(List::isEmpty)) {
      throw unsupported.isEmpty() ? withoutImages() : unsupported.nothingElse();
    }
    List<String> empty =
        byClass.entrySet().stream()
            .filter(entry -> entry.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    if (!empty.isEmpty()) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          "There are no images of "
              + String.join(", ", empty)
              + " in "
              + folder
              + "."
              + unsupported.of(empty),
          unsupported.of(empty).isEmpty()
              ? "Add some, or remove the empty folders."
              : UnsupportedFiles.REMEDY);
    }
  }

  private EspalierException withoutImages() {
    FolderListing.Content content = FolderListing.content(folder);
    boolean loose = byClass.isEmpty() && !content.images().isEmpty();
    if (!loose && !content.unsupported().isEmpty()) {
      unsupported.add("", content.unsupported());
      return unsupported.nothingElse();
    }
    return new EspalierException(
        loose ? ErrorCode.INVALID_DATA_LAYOUT : ErrorCode.EMPTY_DATASET,
        loose
            ? "The folder " + folder + " holds images, but no folders for classes."
            : "There are no images in " + folder + ".",
        "Create one folder per class in it, with the images of that class: "
            + folder.resolve("cat").resolve("tom.jpg")
            + ".");
  }

  private static String images(int count) {
    return count == 1 ? "1 image" : count + " images";
  }

  private static String names(List<Path> folders) {
    return folders.stream().map(FolderListing::name).collect(Collectors.joining(", "));
  }
}
