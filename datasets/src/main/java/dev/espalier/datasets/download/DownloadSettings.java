package dev.espalier.datasets.download;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.time.Duration;
import java.util.Map;

/**
 * How files are fetched. Immutable.
 *
 * @param offline whether the network is not to be used: what is not there is an error then
 * @param attempts how often in a row a transfer may break off without having brought anything
 * @param timeout how long the server may stay silent
 * @param progress is told how far it is
 */
public record DownloadSettings(boolean offline, int attempts, Duration timeout, Progress progress) {
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

  /** Is told how far a transfer is, by the thread that fetches. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Is called after each part that arrived.
     *
     * @param bytes that are there
     * @param total size of the file, or -1 if the server does not say
     */
    void at(long bytes, long total);
  }

  /** Returns the usual settings: three attempts, 30 seconds of silence, nobody is told. */
  public static DownloadSettings defaults() {
    return new DownloadSettings(false, 3, Duration.ofSeconds(30), (bytes, total) -> {});
  }

  /**
   * Returns the usual settings, offline if {@link #OFFLINE_VARIABLE} says so.
   *
   * @param environment the variables of the process
   */
  public static DownloadSettings of(Map<String, String> environment) {
    String value = environment.getOrDefault(OFFLINE_VARIABLE, "").strip();
    return defaults().offline(value.equals("1") || value.equalsIgnoreCase("true"));
  }

  /** Returns these settings with the network forbidden or allowed. */
  public DownloadSettings offline(boolean forbidden) {
    return new DownloadSettings(forbidden, attempts, timeout, progress);
  }

  /** Returns these settings with somebody else who is told how far it is. */
  public DownloadSettings progress(Progress listener) {
    return new DownloadSettings(offline, attempts, timeout, listener);
  }
}
