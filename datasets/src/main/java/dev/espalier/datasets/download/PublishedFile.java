package dev.espalier.datasets.download;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * A file that its publisher offers on the network. Nothing is fetched before {@link #download} is
 * called. Immutable.
 *
 * @param name that it gets on disk
 * @param address where it is
 * @param sha256 of its content, 64 hexadecimal digits
 */
public record PublishedFile(String name, URI address, String sha256) {
  private static final PublishedFile CIFAR_10 =
      new PublishedFile(
          "cifar-10-binary.tar.gz",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd");
  private static final PublishedFile CIFAR_100 =
      new PublishedFile(
          "cifar-100-binary.tar.gz",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
          "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec");

  /** Checks the checksum's form. */
  public PublishedFile {
    sha256 = sha256.toLowerCase(Locale.ROOT);
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "\"" + sha256 + "\" is not a SHA-256 checksum.",
          "Give its 64 hexadecimal digits.");
    }
  }

  /** Returns the archive of CIFAR-10 in its binary version, 162 MiB. */
  public static PublishedFile cifar10() {
    return CIFAR_10;
  }

  /** Returns the archive of CIFAR-100 in its binary version, 161 MiB. */
  public static PublishedFile cifar100() {
    return CIFAR_100;
  }

  /** Returns the files of data sets that can be fetched, by the names of the data sets. */
  public static Map<String, PublishedFile> byDataset() {
    return Map.of("cifar10", CIFAR_10, "cifar100", CIFAR_100, "cifar100-coarse", CIFAR_100);
  }

  /**
   * Returns the file in a folder, fetched from its publisher if it is not there. What is there is
   * checked too. A transfer that breaks off goes on where it stopped, at once a few times and in
   * the next call; a file under its name is always whole and checked.
   *
   * @param folder is made if there is none
   * @param settings whether the network may be used, and who is told how far it is
   * @throws EspalierException {@code DOWNLOAD_FAILED} if it cannot be fetched or is another file
   *     than the publisher's; {@code FILE_NOT_WRITABLE} if it cannot be stored
   */
  public Path download(Path folder, DownloadSettings settings) {
    return new Download(this, folder, settings).run();
  }
}
