package dev.espalier.datasets.download;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.time.Duration;
import java.util.Map;

/**
 * The options of downloads. Immutable.
 *
 * @param offline whether downloads are forbidden; a missing file is an error then
 * @param attempts number of consecutive attempts without any received bytes
 * @param timeout maximum time without a response of the server
 * @param progress progress listener
 */
public record DownloadSettings(boolean offline, int attempts, Duration timeout, Progress progress) {
  /** The environment variable that forbids downloads if it is {@code true} or 1. */
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
   * Returns the default settings: three attempts, a timeout of 30 seconds, no progress listener.
   */
  public static DownloadSettings defaults() {
    return new DownloadSettings(false, 3, Duration.ofSeconds(30), (bytes, total) -> {});
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
    return new DownloadSettings(forbidden, attempts, timeout, progress);
  }

  /** Returns these settings with another progress listener. */
  public DownloadSettings progress(Progress listener) {
    return new DownloadSettings(offline, attempts, timeout, listener);
  }
}
