package dev.espalier.core.internal.hocon;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file. Immutable.
 *
 * @param file as it was named
 * @param folder against which relative includes are resolved
 * @param text at most {@value HoconLimits#BYTES} bytes
 */
public record HoconText(Path file, Path folder, String text) {
  /** Returns a text that is not in a file. */
  static HoconText of(String text) {
    return new HoconText(Path.of(""), Path.of(""), text);
  }

  /**
   * Reads a file or a pipe.
   *
   * @param patience time limit for a pipe; a file on disk needs none
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE}, also for a pipe that does not
   *     end in time; {@link ErrorCode#INVALID_CONFIGURATION} for a file that is too large
   */
  public static HoconText read(Path file, Duration patience) {
    if (Files.isRegularFile(file) || !Files.exists(file)) {
      return ofRegular(file);
    }
    // A pipe has no folder to include files from.
    return new HoconText(file, Path.of(""), decoded(bytesOfPipe(file, patience)));
  }

  /**
   * Reads a file that must not be a pipe.
   *
   * @throws EspalierException as {@link #read}, and if it is not a regular file
   */
  public static HoconText ofRegular(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw notReadable(file, "it is not a regular file", null);
    }
    return inFolderOf(file, decoded(bytes(file)));
  }

  /**
   * Returns a text that was read already.
   *
   * @param file where it comes from, whether or not it is there
   * @throws EspalierException {@link ErrorCode#INVALID_CONFIGURATION} for a text that is too large
   */
  public static HoconText of(Path file, String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > HoconLimits.BYTES) {
      throw tooLarge(file);
    }
    return inFolderOf(file, text);
  }

  private static HoconText inFolderOf(Path file, String text) {
    Path parent = file.getParent();
    return new HoconText(file, parent == null ? Path.of("") : parent, text);
  }

  private static EspalierException tooLarge(Path file) {
    return HoconLimits.exceeded(
        file.toString(), "is larger than " + HoconLimits.BYTES / 1024 + " KiB");
  }

  private static String decoded(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(HoconLimits.BYTES + 1);
      if (bytes.length > HoconLimits.BYTES) {
        throw tooLarge(file);
      }
      return bytes;
    } catch (IOException e) {
      throw notReadable(file, FailureReason.of(e), e);
    }
  }

  /**
   * Reads on another thread, because opening a pipe waits for its other end and cannot be
   * interrupted.
   */
  private static byte[] bytesOfPipe(Path file, Duration patience) {
    FutureTask<byte[]> reading = new FutureTask<>(() -> bytes(file));
    Thread thread = new Thread(reading, "espalier-configuration");
    thread.setDaemon(true);
    thread.start();
    try {
      return reading.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw notReadable(
          file, "its end did not come within " + patience.toSeconds() + " seconds", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notReadable(file, "the thread was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EspalierException known) {
        throw known;
      }
      throw notReadable(file, String.valueOf(e.getCause()), e);
    }
  }

  private static EspalierException notReadable(Path file, String why, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "The configuration file " + file + " cannot be read: " + why + ".",
        "Give the path of a file that can be read.",
        cause);
  }
}
