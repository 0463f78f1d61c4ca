package dev.espalier.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.net.URI;

/**
 * File that its publisher offers for download. Immutable.
 *
 * @param name name on disk, without folders
 * @param address where it is published
 * @param checksum of its content
 * @param bytes approximate size, 0 if unknown
 */
public record PublishedFile(String name, URI address, Checksum checksum, long bytes) {
  private static final long MEBIBYTE = 1L << 20;

  /**
   * Checks the name.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if it is empty or leads into
   *     another folder, or if the size is negative
   */
  public PublishedFile {
    if (name.isBlank() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "\"" + name + "\" is not the name of a file.",
          "Give a name without folders.");
    }
    if (bytes < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The file " + name + " cannot have " + bytes + " bytes.",
          "Give 0 if the size is unknown.");
    }
  }

  /** Returns the size for people, such as {@code 21 MiB}; empty if it is unknown. */
  public String sizeText() {
    return bytes == 0 ? "" : Math.max(1, Math.round((double) bytes / MEBIBYTE)) + " MiB";
  }
}
