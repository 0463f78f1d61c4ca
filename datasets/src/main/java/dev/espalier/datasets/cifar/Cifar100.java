package dev.espalier.datasets.cifar;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.plugin.DatasetProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-100 (Krizhevsky, 2009): photographs of 32x32 pixels in 100 classes, which are grouped into
 * 20 superclasses; 500 for training and 100 for testing of each class. Read from the publisher's
 * binary version.
 */
public final class Cifar100 {
  private Cifar100() {}

  /** Which of the two labels of an image is its class. */
  public enum Labels {
    /** 100 classes, such as {@code maple_tree}. */
    FINE,
    /** 20 classes, such as {@code trees}. */
    COARSE
  }

  /**
   * Opens a split with the 100 fine labels.
   *
   * @param location a folder that contains {@code train.bin} or {@code test.bin}, the folder {@code
   *     cifar-100-binary} or the published archive; or the archive itself, {@code
   *     cifar-100-binary.tar.gz}, which is read without being unpacked to disk
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE}, {@code
   *     INVALID_DATA_FILE}, {@code LABEL_OUT_OF_RANGE} or {@code EMPTY_DATASET}, naming the file;
   *     {@code INVALID_ARGUMENT} for {@link Split#VALIDATION}, which does not exist
   */
  public static Dataset open(Path location, Split split) {
    return open(location, split, Labels.FINE);
  }

  /** Opens a split with the given labels, otherwise as {@link #open(Path, Split)}. */
  public static Dataset open(Path location, Split split, Labels labels) {
    return labels == Labels.FINE
        ? CifarDataset.open("cifar100", CifarFormat.CIFAR_100, CifarFormat.FINE, location, split)
        : CifarDataset.open(
            "cifar100-coarse", CifarFormat.CIFAR_100, CifarFormat.COARSE, location, split);
  }

  /** Returns the publisher's names of the classes by label. */
  public static List<String> classNames(Labels labels) {
    int position = labels == Labels.FINE ? CifarFormat.FINE : CifarFormat.COARSE;
    return CifarFormat.CIFAR_100.labels().get(position).canonicalNames();
  }

  /** Returns the provider of the data set {@code cifar100}, with 100 classes. */
  public static DatasetProvider provider() {
    return new CifarProvider(
        "cifar100",
        "CIFAR-100, 100 classes, 32x32 pixels; reads the folder or cifar-100-binary.tar.gz",
        CifarFormat.CIFAR_100,
        CifarFormat.FINE);
  }

  /**
   * Returns the provider of the data set {@code cifar100-coarse}, with the 20 superclasses as
   * classes.
   */
  public static DatasetProvider coarseProvider() {
    return new CifarProvider(
        "cifar100-coarse",
        "CIFAR-100 with its 20 superclasses, 32x32 pixels; reads the folder or"
            + " cifar-100-binary.tar.gz",
        CifarFormat.CIFAR_100,
        CifarFormat.COARSE);
  }
}
