package dev.espalier.download;

import dev.espalier.engine.CacheFolder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.PublishedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Downloads published files. Thread-safe. */
public final class Downloads {
  private Downloads() {}

  /**
   * Returns a published file in a folder, downloaded if it is not there. A file that is there is
   * checked as well. An interrupted transfer resumes where it stopped, a few times at once and
   * again in the next call; a file under its final name is always complete and has the publisher's
   * checksum. Java's proxy settings hold ({@code https.proxyHost} and the like).
   *
   * @param folder created if it does not exist
   * @param settings whether the network may be used, from where, and who is told about progress
   * @throws dev.espalier.error.EspalierException {@link ErrorCode#DOWNLOAD_FAILED} if it cannot be
   *     downloaded or differs from the publisher's file; {@link ErrorCode#FILE_NOT_WRITABLE} if it
   *     cannot be stored
   */
  public static Path fetch(PublishedFile file, Path folder, DownloadSettings settings) {
    return new Download(file, folder, settings).run();
  }

  /** Returns where published weights are kept: in {@code weights} in the {@link CacheFolder}. */
  public static Path weightsFolder(Map<String, String> environment) {
    return CacheFolder.of(environment).resolve("weights");
  }

  /**
   * Returns a published file in a folder, downloaded only if that is allowed.
   *
   * @param settings as for {@link #fetch}, or null to download nothing
   * @throws EspalierException {@link ErrorCode#DOWNLOAD_FAILED} if the file is missing and must not
   *     be downloaded, naming its address, its size and the folder; else as {@link #fetch}
   */
  public static Path require(PublishedFile file, Path folder, @Nullable DownloadSettings settings) {
    if (settings != null) {
      return fetch(file, folder, settings);
    }
    if (Files.exists(folder.resolve(file.name()))) {
      return fetch(file, folder, DownloadSettings.defaults().offline(true));
    }
    String size = file.sizeText();
    throw new EspalierException(
        ErrorCode.DOWNLOAD_FAILED,
        file.name() + " is not in " + folder + ", and downloading was not allowed.",
        "Allow it (--download, or the setting downloads.allow = true), or get "
            + file.address()
            + (size.isEmpty() ? "" : " (about " + size + ")")
            + " and put it there.");
  }
}
