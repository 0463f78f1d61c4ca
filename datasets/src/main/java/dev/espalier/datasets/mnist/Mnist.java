package dev.espalier.datasets.mnist;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.plugin.DatasetProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * MNIST (LeCun, Cortes, Burges, 1998): handwritten digits, grayscale, 28x28 pixels, 60,000 for
 * training and 10,000 for testing. Read from the publishers' IDX files.
 */
public final class Mnist {
  static final List<String> CLASS_NAMES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  private Mnist() {}

  /**
   * Opens a split.
   *
   * @param folder contains {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, or
   *     {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, each uncompressed or
   *     with {@code .gz} appended
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE}, {@code
   *     INVALID_DATA_FILE}, {@code LABEL_OUT_OF_RANGE} or {@code EMPTY_DATASET}, naming the file;
   *     {@code INVALID_ARGUMENT} for {@link Split#VALIDATION}, which does not exist
   */
  public static Dataset open(Path folder, Split split) {
    return IdxFiles.open("mnist", "MNIST", CLASS_NAMES, folder, split);
  }

  /** Returns the provider of the data set {@code mnist}. */
  public static DatasetProvider provider() {
    return new IdxProvider(
        "mnist",
        "MNIST, 10 handwritten digits, grayscale, 28x28 pixels; reads the folder with its IDX"
            + " files",
        "MNIST",
        CLASS_NAMES);
  }
}
