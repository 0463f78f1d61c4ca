package dev.espalier.datasets.mnist;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.datasets.internal.files.SplitNames;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Reads grayscale images and their labels from two IDX files. */
final class IdxFiles {
  private IdxFiles() {}

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
                  "Validate on the test split, or split off a fraction of the train split with"
                      + " Datasets.divide.");
        };
    if (!Files.isDirectory(folder)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          folder + (Files.exists(folder) ? " is not a folder." : " does not exist."),
          "Give the folder with the four files of " + title + ", compressed or not.");
    }
    IdxFile images = IdxFile.read(folder, part + "-images-idx3-ubyte", 3);
    IdxFile labels = IdxFile.read(folder, part + "-labels-idx1-ubyte", 1);
    check(title, classNames, images, labels);
    int[] numbers = new int[labels.elements().length];
    Arrays.setAll(numbers, i -> labels.elements()[i]); // up to 9
    return Datasets.ofArrays(
        name + "/" + SplitNames.word(split),
        classNames,
        images.dimensions()[1],
        images.dimensions()[2],
        1,
        images.elements(),
        numbers);
  }

  private static void check(String title, List<String> classNames, IdxFile images, IdxFile labels) {
    if (images.elements().length == 0) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          images.file() + " holds no images.",
          "Download or copy " + title + " again.");
    }
    if (images.dimensions()[0] != labels.dimensions()[0]) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          images.file()
              + " holds "
              + images.dimensions()[0]
              + " images, and "
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
}
