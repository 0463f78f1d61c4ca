package dev.espalier.datasets.cifar;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.plugin.DatasetProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-10 (Krizhevsky, 2009): photographs of 32x32 pixels in ten classes, 5,000 for training and
 * 1,000 for testing of each. Read from the publisher's binary version.
 */
public final class Cifar10 {
  private Cifar10() {}

  /**
   * Opens a split.
   *
   * @param location a folder that contains {@code data_batch_1.bin} to {@code data_batch_5.bin} or
   *     {@code test_batch.bin}, the folder {@code cifar-10-batches-bin} or the published archive;
   *     or the archive itself, {@code cifar-10-binary.tar.gz}, which is read without being unpacked
   *     to disk
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE}, {@code
   *     INVALID_DATA_FILE}, {@code LABEL_OUT_OF_RANGE} or {@code EMPTY_DATASET}, naming the file;
   *     {@code INVALID_ARGUMENT} for {@link Split#VALIDATION}, which does not exist
   */
  public static Dataset open(Path location, Split split) {
    return CifarDataset.open("cifar10", CifarFormat.CIFAR_10, 0, location, split);
  }

  /** Returns the publisher's names of the classes by label. */
  public static List<String> classNames() {
    return CifarFormat.CIFAR_10.labels().get(0).canonicalNames();
  }

  /** Returns the provider of the data set {@code cifar10}. */
  public static DatasetProvider provider() {
    return new CifarProvider(
        "cifar10",
        "CIFAR-10, 10 classes, 32x32 pixels; reads the folder or cifar-10-binary.tar.gz",
        CifarFormat.CIFAR_10,
        0);
  }
}
