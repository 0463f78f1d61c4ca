package dev.espalier.datasets.download;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * A file published on the Internet. Nothing is downloaded before {@link #download} is called.
 * Immutable.
 *
 * @param name file name on disk
 * @param address its URL
 * @param sha256 checksum of its contents, 64 hexadecimal digits
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

  /** Checks the form of the checksum. */
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

  /** Returns the downloadable files by data set name. */
  public static Map<String, PublishedFile> byDataset() {
    return Map.of("cifar10", CIFAR_10, "cifar100", CIFAR_100, "cifar100-coarse", CIFAR_100);
  }

  /**
   * Returns the file in a folder, downloading it from its publisher if it is missing. An existing
   * file is verified. An interrupted transfer is resumed, a few times by this call and then by the
   * next one; a file under its final name is always complete and verified.
   *
   * @param folder where the file is or will be
   * @param settings whether downloading is allowed, and the progress listener
   * @throws EspalierException {@code DOWNLOAD_FAILED} if it cannot be downloaded or is not the file
   *     that was published; {@code FILE_NOT_WRITABLE} if it cannot be stored
   */
  public Path download(Path folder, DownloadSettings settings) {
    return new Download(this, folder, settings).run();
  }
}
