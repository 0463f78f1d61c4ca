package dev.espalier.datasets;

import dev.espalier.plugin.Checksum;
import dev.espalier.plugin.PublishedFile;
import java.net.URI;
import java.util.Map;

/** The files of data sets that can be downloaded. */
public final class PublishedDatasets {
  private static final PublishedFile CIFAR_10 =
      new PublishedFile(
          "cifar-10-binary.tar.gz",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
          Checksum.sha256("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
          162L << 20);
  private static final PublishedFile CIFAR_100 =
      new PublishedFile(
          "cifar-100-binary.tar.gz",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
          Checksum.sha256("58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"),
          161L << 20);

  private PublishedDatasets() {}

  /** Returns the archive of CIFAR-10 in its binary version. */
  public static PublishedFile cifar10() {
    return CIFAR_10;
  }

  /** Returns the archive of CIFAR-100 in its binary version. */
  public static PublishedFile cifar100() {
    return CIFAR_100;
  }

  /** Returns the file of each data set that can be downloaded, by the name of the data set. */
  public static Map<String, PublishedFile> byDataset() {
    return Map.of("cifar10", CIFAR_10, "cifar100", CIFAR_100, "cifar100-coarse", CIFAR_100);
  }
}
