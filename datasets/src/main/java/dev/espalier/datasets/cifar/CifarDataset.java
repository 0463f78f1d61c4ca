package dev.espalier.datasets.cifar;

import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Split;
import dev.espalier.datasets.cifar.CifarFormat.LabelSet;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The records of one or more CIFAR files, kept as the bytes of the files and decoded on access.
 * Immutable and thread-safe.
 */
final class CifarDataset implements Dataset {
  private final String name;
  private final int labelPosition;
  private final int recordBytes;
  private final int pixelOffset;
  private final List<String> classNames;
  private final byte[][] files;

  /** Index of the first sample of each file, followed by the number of samples. */
  private final int[] starts;

  private CifarDataset(
      String name,
      CifarFormat format,
      int labelPosition,
      List<String> classNames,
      byte[][] files,
      int[] starts) {
    this.name = name;
    this.labelPosition = labelPosition;
    this.recordBytes = format.recordBytes();
    this.pixelOffset = format.labels().size();
    this.classNames = classNames;
    this.files = files;
    this.starts = starts;
  }

  static CifarDataset open(
      String name, CifarFormat format, int labelPosition, Path location, Split split) {
    List<String> dataFiles = format.files().get(split);
    if (dataFiles == null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          format.title()
              + " is published in two splits, train and test; there is no "
              + word(split)
              + " split.",
          "Validate on the test split, or split off a fraction of the train split with"
              + " Datasets.divide.");
    }
    LabelSet labels = format.labels().get(labelPosition);
    CifarFiles found = CifarFiles.read(format, location, dataFiles, labels.namesFile());
    byte[][] files = new byte[dataFiles.size()][];
    int[] starts = new int[dataFiles.size() + 1];
    for (int i = 0; i < files.length; i++) {
      CifarFiles.Content content = found.required(dataFiles.get(i));
      checkRecords(format, content);
      files[i] = content.bytes();
      starts[i + 1] = starts[i] + files[i].length / format.recordBytes();
    }
    List<String> classNames = classNames(labels, found.optional(labels.namesFile()));
    return new CifarDataset(
        name + "/" + word(split), format, labelPosition, classNames, files, starts);
  }

  private static String word(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  private static void checkRecords(CifarFormat format, CifarFiles.Content content) {
    int length = content.bytes().length;
    if (length == 0) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          content.place() + " is empty.",
          "Download or copy " + format.title() + " again.");
    }
    if (length % format.recordBytes() != 0) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          String.format(
              Locale.ROOT,
              "%s has %,d bytes, which is not a multiple of the %,d bytes of a %s record:"
                  + " after %,d whole records %,d bytes are left over.",
              content.place(),
              length,
              format.recordBytes(),
              format.title(),
              length / format.recordBytes(),
              length % format.recordBytes()),
          sizeRemedy(format, length));
    }
    for (int offset = 0; offset < length; offset += format.recordBytes()) {
      for (int position = 0; position < format.labels().size(); position++) {
        LabelSet labels = format.labels().get(position);
        int label = content.bytes()[offset + position] & 0xff;
        if (label >= labels.count()) {
          throw new EspalierException(
              ErrorCode.LABEL_OUT_OF_RANGE,
              String.format(
                  Locale.ROOT,
                  "Record %,d (counted from 0) of %s has the %s %d, but they go from 0 to %d.",
                  offset / format.recordBytes(),
                  content.place(),
                  labels.title(),
                  label,
                  labels.count() - 1),
              "The file is damaged or of another data set: download or copy "
                  + format.title()
                  + " again.");
        }
      }
    }
  }

  private static String sizeRemedy(CifarFormat format, int length) {
    for (CifarFormat other : List.of(CifarFormat.CIFAR_10, CifarFormat.CIFAR_100)) {
      if (!other.equals(format) && length % other.recordBytes() == 0) {
        return "It would hold whole records of "
            + other.title()
            + ": open it as that, or download or copy "
            + format.title()
            + " again.";
      }
    }
    return "The file was cut short or is of another data set: download or copy "
        + format.title()
        + " again.";
  }

  private static List<String> classNames(LabelSet labels, CifarFiles.@Nullable Content content) {
    if (content == null) {
      return labels.canonicalNames();
    }
    List<String> names = new ArrayList<>();
    for (String line : new String(content.bytes(), StandardCharsets.UTF_8).split("\\R")) {
      if (!line.isBlank()) {
        names.add(line.trim());
      }
    }
    if (names.size() != labels.count() || new HashSet<>(names).size() != names.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          content.place() + " does not list " + labels.count() + " different class names.",
          "Write one name on each line in the order of the labels, or delete the file to"
              + " use the publisher's names.");
    }
    return List.copyOf(names);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return starts[files.length];
  }

  @Override
  public Sample get(int index) {
    int file = fileOf(index);
    byte[] bytes = files[file];
    int offset = (index - starts[file]) * recordBytes;
    int plane = CifarFormat.SIDE * CifarFormat.SIDE;
    byte[] pixels = new byte[CifarFormat.PIXEL_BYTES];
    int source = offset + pixelOffset;
    for (int i = 0; i < plane; i++) {
      pixels[3 * i] = bytes[source + i];
      pixels[3 * i + 1] = bytes[source + plane + i];
      pixels[3 * i + 2] = bytes[source + 2 * plane + i];
    }
    Image image = Image.wrap(CifarFormat.SIDE, CifarFormat.SIDE, 3, pixels);
    return new Sample(image, bytes[offset + labelPosition] & 0xff);
  }

  @Override
  public int label(int index) {
    int file = fileOf(index);
    return files[file][(index - starts[file]) * recordBytes + labelPosition] & 0xff;
  }

  private int fileOf(int index) {
    Objects.checkIndex(index, size());
    int found = Arrays.binarySearch(starts, index);
    // No file is empty, so the starts are distinct.
    return found >= 0 ? found : -found - 2;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public String toString() {
    return name + " (" + size() + " samples)";
  }
}
