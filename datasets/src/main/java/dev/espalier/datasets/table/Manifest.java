package dev.espalier.datasets.table;

import dev.espalier.data.Split;
import dev.espalier.datasets.files.LabelledImages;
import dev.espalier.datasets.folder.ImageFolder;
import dev.espalier.datasets.image.UnsupportedFormat;
import dev.espalier.datasets.internal.files.FolderListing;
import dev.espalier.datasets.internal.files.ImageListing;
import dev.espalier.datasets.internal.files.LabelledFile;
import dev.espalier.datasets.internal.files.SplitNames;
import dev.espalier.datasets.internal.files.UnsupportedFiles;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Your own images, listed in a file with their labels: CSV with a header line, a JSON array of
 * objects, or one JSON object per line, as the first character tells. See {@link ManifestColumns}
 * for the names of the columns.
 *
 * <pre>{@code
 * path,label,split              [{"path": "a/tom.jpg", "label": "cat", "split": "train"},
 * a/tom.jpg,cat,train            {"path": "b/rex.jpg", "label": "dog", "split": "test"}]
 * "b/rex, 1.jpg",dog,test
 *
 * Dataset train = Manifest.of(pets.resolve("pets.csv")).split(Split.TRAIN).open();
 * }</pre>
 *
 * <p>Paths are relative to the folder of the file, or absolute. A label is the name of a class;
 * classes are sorted by character code, samples are in the order of the file. The split is
 * optional, for all entries together; it is one of the names that {@link ImageFolder} recognizes.
 * {@link ManifestColumns#withWeight} names a column with the weights of the images in the loss.
 * Other columns are ignored. The text is UTF-8, or UTF-16 with a byte order mark.
 *
 * <p>These variants are read as well: values separated by semicolons or tabs; no header line (the
 * columns are then path, label, split); one column per class with 1 and 0 instead of labels;
 * backslashes in paths.
 *
 * <p>An image may have several labels: in CSV separated by a bar, in JSON as an array.
 *
 * <pre>{@code
 * path,label                    [{"path": "a/tom.jpg", "label": ["cat", "sofa"]},
 * a/tom.jpg,cat|sofa             {"path": "b/rex.jpg", "label": ["dog"]}]
 * b/rex.jpg,dog
 * }</pre>
 *
 * <p>If one entry of the file is written this way, every split opened from it is {@linkplain
 * dev.espalier.data.Target#multiHot() multi-label}. If a name contains a bar, use JSON.
 */
public final class Manifest {
  private Manifest() {}

  /** Returns a builder of data sets from the images that a file lists; nothing is read yet. */
  public static LabelledImages of(Path file) {
    return of(file, columns -> columns);
  }

  /**
   * Returns a builder of data sets from the images that a file lists; nothing is read yet.
   *
   * @param columns changes the names of the columns, starting from the defaults
   */
  public static LabelledImages of(Path file, UnaryOperator<ManifestColumns> columns) {
    ManifestColumns chosen = columns.apply(ManifestColumns.USUAL);
    String name = FolderListing.name(file.toAbsolutePath().normalize());
    int dot = name.lastIndexOf('.');
    return new LabelledImages(dot > 0 ? name.substring(0, dot) : name, () -> list(file, chosen));
  }

  private static ImageListing list(Path file, ManifestColumns columns) {
    String text = read(file);
    ManifestPaths paths = new ManifestPaths(file, columns.extension());
    List<ManifestEntry> entries =
        isJson(text)
            ? new ManifestJson(file, columns).parse(text)
            : new ManifestCsv(file, columns, paths::mayName).parse(text);
    if (entries.isEmpty()) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          "There are no images in " + file + ".",
          "Add lines with path and label, such as cat/tom.jpg,cat.");
    }
    return new Collector(file, paths, entries).listing();
  }

  private static boolean isJson(String text) {
    String visible = text.stripLeading();
    return visible.startsWith("[") || visible.startsWith("{");
  }

  private static String read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new EspalierException(
            ErrorCode.FILE_NOT_READABLE,
            file + " is a folder.",
            "Give the file that lists the images, or open the folder as image-folder.");
      }
      byte[] bytes = Files.readAllBytes(file);
      String text = encoding(bytes).newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      // Spreadsheets write a byte order mark.
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          file + " is not text in UTF-8.",
          "Save it again as UTF-8.",
          e);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          file + " cannot be read: " + FailureReason.of(e) + ".",
          "Give the file that lists the images: CSV or JSON with path and label.",
          e);
    }
  }

  /** Spreadsheets write UTF-16 too, always with a byte order mark. */
  private static Charset encoding(byte[] bytes) {
    int mark = bytes.length < 2 ? 0 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    return switch (mark) {
      case 0xfffe -> StandardCharsets.UTF_16LE;
      case 0xfeff -> StandardCharsets.UTF_16BE;
      default -> StandardCharsets.UTF_8;
    };
  }

  /** Checks the entries and converts them to files. */
  private static final class Collector {
    private final Path file;
    private final ManifestPaths paths;
    private final List<ManifestEntry> entries;
    private final Map<Split, String> words = new EnumMap<>(Split.class);
    private final Map<Path, ManifestEntry> byPath = new HashMap<>();

    Collector(Path file, ManifestPaths paths, List<ManifestEntry> entries) {
      this.file = file;
      this.paths = paths;
      this.entries = entries;
    }

    ImageListing listing() {
      boolean divided = entries.get(0).split() != null;
      TreeSet<String> classes = new TreeSet<>();
      UnsupportedFiles unsupported = new UnsupportedFiles(paths.folder());
      TreeSet<String> unsupportedOnly = new TreeSet<>();
      List<LabelledFile> files = new ArrayList<>();
      for (ManifestEntry entry : entries) {
        checkLabels(entry);
        if ((entry.split() != null) != divided) {
          throw invalid(
              entry.place()
                  + (divided ? " has no split, but others have." : " has a split, but")
                  + (divided ? "" : " others have none."),
              "Give a split for all images or for none.");
        }
        Path path = path(entry);
        UnsupportedFormat format = FolderListing.unsupported(path);
        if (format == null) {
          classes.addAll(entry.labels());
          files.add(new LabelledFile(path, entry.labels(), split(entry), entry.weight()));
        } else {
          unsupported.add(entry.labels().get(0), Map.of(path, format));
          unsupportedOnly.addAll(entry.labels());
        }
      }
      unsupportedOnly.removeAll(classes);
      if (files.isEmpty()) {
        throw unsupported.nothingElse();
      }
      if (!unsupportedOnly.isEmpty()) {
        throw new EspalierException(
            ErrorCode.EMPTY_DATASET,
            "There are no images of "
                + String.join(", ", unsupportedOnly)
                + " in "
                + file
                + "."
                + unsupported.of(unsupportedOnly),
            UnsupportedFiles.REMEDY);
      }
      return new ImageListing(
          file,
          List.copyOf(classes),
          words,
          List.copyOf(files),
          entries.stream().anyMatch(ManifestEntry::severalLabels),
          Map.of(),
          unsupported.warnings());
    }

    private static void checkLabels(ManifestEntry entry) {
      List<String> labels = entry.labels();
      if (labels.isEmpty()) {
        throw invalid(
            entry.place() + " has no label.",
            "Give the class of each image, or leave the image out.");
      }
      Set<String> different = new HashSet<>();
      for (String label : labels) {
        if (label.isEmpty()) {
          throw invalid(
              entry.place() + " has an empty label in a list of labels.",
              "Write only names; in CSV, separate them with |, as in cat|sofa.");
        }
        if (!different.add(label)) {
          throw invalid(
              entry.place() + " has the label \"" + label + "\" twice.",
              "List each class of an image once.");
        }
      }
    }

    private Path path(ManifestEntry entry) {
      String text = entry.path();
      if (text == null) {
        throw invalid(entry.place() + " has no path.", "Give the file of each image.");
      }
      Path path = paths.path(entry, text);
      ManifestEntry other = byPath.put(path, entry);
      if (other != null) {
        throw invalid(
            entry.place() + " names " + text + " again, which is in " + other.where() + ".",
            "List each image once, so that splits do not overlap.");
      }
      return path;
    }

    private @Nullable Split split(ManifestEntry entry) {
      String word = entry.split();
      if (word == null) {
        return null;
      }
      Split split = SplitNames.find(word);
      if (split == null) {
        throw invalid(
            entry.place() + " has the split \"" + word + "\".", "Write train, val or test.");
      }
      words.putIfAbsent(split, word);
      return split;
    }

    private static EspalierException invalid(String problem, String remedy) {
      return new EspalierException(ErrorCode.INVALID_DATA_FILE, problem, remedy);
    }
  }
}
