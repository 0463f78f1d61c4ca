package dev.espalier.download;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.PublishedFile;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How files are downloaded. Immutable.
 *
 * @param offline whether the network must not be used; a missing file is an error then
 * @param mirror address of a folder that has the files under their names, instead of the
 *     publisher's, or null for the publisher
 * @param attempts how often in a row a transfer may break off without any progress, 1 or more
 * @param timeout how long the server may be silent, above 0 and at most a day
 * @param progress is told how much has arrived
 */
public record DownloadSettings(
    boolean offline, @Nullable URI mirror, int attempts, Duration timeout, Progress progress) {
  /** The environment variable that forbids the network when it is {@code true} or 1. */
  public static final String OFFLINE_VARIABLE = "ESPALIER_OFFLINE";

  private static final Duration LONGEST = Duration.ofDays(1);

  /** Checks the ranges. */
  public DownloadSettings {
    if (attempts < 1
        || timeout.isNegative()
        || timeout.isZero()
        || timeout.compareTo(LONGEST) > 0) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A download cannot have " + attempts + " attempts and a timeout of " + timeout + ".",
          "Give 1 attempt or more, and a timeout above 0 and of at most a day.");
    }
  }

  /** Receives the progress of a transfer, on the thread that downloads. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called after each chunk that arrives.
     *
     * @param bytes received so far, including earlier calls
     * @param total size of the file, or -1 if the server does not say
     */
    void at(long bytes, long total);
  }

  /**
   * Returns the default settings: from the publisher, three attempts, a timeout of 30 seconds, no
   * progress listener.
   */
  public static DownloadSettings defaults() {
    return new DownloadSettings(false, null, 3, Duration.ofSeconds(30), (bytes, total) -> {});
  }

  /**
   * Returns the default settings, offline if {@link #OFFLINE_VARIABLE} is set.
   *
   * @param environment environment variables of the process
   */
  public static DownloadSettings of(Map<String, String> environment) {
    String value = environment.getOrDefault(OFFLINE_VARIABLE, "").strip();
    return defaults().offline(value.equals("1") || value.equalsIgnoreCase("true"));
  }

  /** Returns these settings with downloads forbidden or allowed. */
  public DownloadSettings offline(boolean forbidden) {
    return with(copy -> copy.offline = forbidden);
  }

  /** Returns these settings with a mirror, or with the publisher if it is null. */
  public DownloadSettings mirror(@Nullable URI folder) {
    return with(copy -> copy.mirror = folder);
  }

  /** Returns these settings with another progress listener. */
  public DownloadSettings progress(Progress listener) {
    return with(copy -> copy.progress = listener);
  }

  /** Returns where a file is downloaded from. */
  public URI address(PublishedFile file) {
    return mirror == null
        ? file.address()
        : URI.create(mirror + (mirror.toString().endsWith("/") ? "" : "/") + file.name());
  }

  private DownloadSettings with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new DownloadSettings(copy.offline, copy.mirror, attempts, timeout, copy.progress);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private boolean offline;
    private @Nullable URI mirror;
    private Progress progress;

    Copy(DownloadSettings from) {
      offline = from.offline;
      mirror = from.mirror;
      progress = from.progress;
    }
  }
}
