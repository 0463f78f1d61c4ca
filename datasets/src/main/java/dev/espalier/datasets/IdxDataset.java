package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Grey pictures and their labels from two IDX files. Immutable, so safe for several threads. */
final class IdxDataset implements Dataset {
  private final String name;
  private final List<String> classNames;
  private final byte[] pixels;
  private final byte[] labels;
  private final int height;
  private final int width;

  private IdxDataset(String name, List<String> classNames, IdxFile images, IdxFile labels) {
    this.name = name;
    this.classNames = classNames;
    this.pixels = images.elements();
    this.labels = labels.elements();
    this.height = images.dimensions()[1];
    this.width = images.dimensions()[2];
  }

  static Dataset open(
      String name, String title, List<String> classNames, Path folder, Split split) {
    String part =
        switch (split) {
          case TRAIN -> "train";
          case TEST -> "t10k";
          case VALIDATION ->
              throw new EspalierException(
                  ErrorCode.INVALID_ARGUMENT,
                  title
                      + " is published in two splits, train and test; there is no validation"
                      + " split.",
                  "Validate on the test split, or take a part of the train split with"
                      + " Datasets.divide.");
        };
    if (!Files.isDirectory(folder)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          folder + (Files.exists(folder) ? " is not a folder." : " does not exist."),
          "Give the folder with the four files of " + title + ", packed or not.");
    }
    IdxFile images = IdxFile.read(folder, part + "-images-idx3-ubyte", 3);
    IdxFile labels = IdxFile.read(folder, part + "-labels-idx1-ubyte", 1);
    check(title, classNames, images, labels);
    return new IdxDataset(name + "/" + SplitNames.word(split), classNames, images, labels);
  }

  private static void check(String title, List<String> classNames, IdxFile images, IdxFile labels) {
    if (images.elements().length == 0) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          images.file() + " holds no pictures.",
          "Download or copy " + title + " again.");
    }
    if (images.dimensions()[0] != labels.dimensions()[0]) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          images.file()
              + " holds "
              + images.dimensions()[0]
              + " pictures, and "
              + labels.file()
              + " "
              + labels.dimensions()[0]
              + " labels.",
          "Take both files from one copy of " + title + ".");
    }
    for (int i = 0; i < labels.elements().length; i++) {
      int label = labels.elements()[i] & 0xff;
      if (label >= classNames.size()) {
        throw new EspalierException(
            ErrorCode.LABEL_OUT_OF_RANGE,
            "Label "
                + i
                + " (counted from 0) of "
                + labels.file()
                + " is "
                + label
                + ", but labels go from 0 to "
                + (classNames.size() - 1)
                + ".",
            "The file is damaged or of another data set: download or copy " + title + " again.");
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Sample get(int index) {
    int label = label(index);
    int length = height * width;
    byte[] own = Arrays.copyOfRange(pixels, index * length, (index + 1) * length);
    return new Sample(Image.wrap(height, width, 1, own), label);
  }

  @Override
  public int label(int index) {
    return labels[Objects.checkIndex(index, labels.length)] & 0xff;
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
