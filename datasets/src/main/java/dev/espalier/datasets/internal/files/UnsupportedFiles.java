package dev.espalier.datasets.internal.files;

import dev.espalier.datasets.image.UnsupportedFormat;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The images of an image folder in unsupported formats. */
public final class UnsupportedFiles {
  public static final String REMEDY =
      "Convert them to JPEG or PNG, with ImageMagick for example: mogrify -format jpg FILES.";

  private final Path folder;
  private final Map<String, Map<Path, UnsupportedFormat>> byClass = new TreeMap<>();

  public UnsupportedFiles(Path folder) {
    this.folder = folder;
  }

  public void add(String className, Map<Path, UnsupportedFormat> files) {
    if (!files.isEmpty()) {
      byClass.computeIfAbsent(className, unused -> new TreeMap<>()).putAll(files);
    }
  }

  public boolean isEmpty() {
    return byClass.isEmpty();
  }

  public List<String> warnings() {
    if (isEmpty()) {
      return List.of();
    }
    List<Path> files = byClass.values().stream().flatMap(one -> one.keySet().stream()).toList();
    return List.of(
        "Left out: "
            + counts(all())
            + " in "
            + folder
            + ", such as "
            + folder.relativize(files.get(0))
            + ", because these formats are not supported. "
            + REMEDY);
  }

  /** Returns the error if there are no other images. */
  public EspalierException nothingElse() {
    return new EspalierException(
        ErrorCode.EMPTY_DATASET,
        "The images in " + folder + " are in unsupported formats: " + counts(all()) + ".",
        REMEDY);
  }

  /** Returns a sentence about such files in some classes, or an empty string. */
  public String of(Collection<String> classNames) {
    List<UnsupportedFormat> formats = new ArrayList<>();
    classNames.forEach(name -> formats.addAll(byClass.getOrDefault(name, Map.of()).values()));
    return formats.isEmpty()
        ? ""
        : " The images there are in unsupported formats: " + counts(formats) + ".";
  }

  private List<UnsupportedFormat> all() {
    return byClass.values().stream().flatMap(one -> one.values().stream()).toList();
  }

  /** Returns {@code 3 HEIC, 1 AVIF}. */
  private static String counts(List<UnsupportedFormat> formats) {
    Map<UnsupportedFormat, Integer> counts = new EnumMap<>(UnsupportedFormat.class);
    formats.forEach(format -> counts.merge(format, 1, Integer::sum));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
