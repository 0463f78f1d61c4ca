package dev.espalier.core.configuration;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The text of a configuration file. It is read once and can be used repeatedly, because a pipe can
 * be read only once. Immutable.
 */
public final class ConfigurationText {
  /** Time limit for reading a pipe; a file on disk needs none. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path file;
  private final Path folder;
  private final String text;
  private final boolean found;

  private ConfigurationText(Path file, Path folder, String text, boolean found) {
    this.file = file;
    this.folder = folder;
    this.text = text;
    this.found = found;
  }

  /**
   * Reads a file named by the user or the program, which may be a pipe. It may contain any setting.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE}, also for a pipe that does not
   *     end within 30 seconds; {@link ErrorCode#INVALID_CONFIGURATION} for a file that is too large
   */
  public static ConfigurationText read(Path file) {
    return read(file, PATIENCE);
  }

  static ConfigurationText read(Path file, Duration patience) {
    boolean regular = Files.isRegularFile(file);
    byte[] bytes = regular || !Files.exists(file) ? bytes(file) : bytesOfPipe(file, patience);
    // A pipe has no folder to include files from.
    return new ConfigurationText(file, regular ? parent(file) : Path.of(""), decoded(bytes), false);
  }

  /**
   * Reads {@value Configuration#FILE_NAME} from a folder. Because nobody named this file
   * explicitly, it cannot set what code is loaded.
   *
   * @return null if the folder has no such file
   * @throws EspalierException as {@link #read(Path)}, and if it is not a regular file
   */
  public static @Nullable ConfigurationText inFolder(Path folder) {
    Path file = folder.resolve(Configuration.FILE_NAME);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    return new ConfigurationText(file, parent(file), decoded(bytesOfRegular(file)), true);
  }

  /** Returns the text of a setting that is not in a file. */
  static ConfigurationText of(String text) {
    return new ConfigurationText(Path.of(""), Path.of(""), text, false);
  }

  /** Reads an included file, with the rights of the including one. */
  ConfigurationText included(Path other) {
    return new ConfigurationText(other, parent(other), decoded(bytesOfRegular(other)), found);
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  private static String decoded(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytesOfRegular(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw notReadable(file, "it is not a regular file", null);
    }
    return bytes(file);
  }

  private static byte[] bytes(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return bytes(file, stream);
    } catch (IOException e) {
      throw notReadable(file, e.toString(), e);
    }
  }

  private static byte[] bytes(Path file, InputStream stream) throws IOException {
    byte[] bytes = stream.readNBytes(ConfigurationLimits.BYTES + 1);
    if (bytes.length > ConfigurationLimits.BYTES) {
      throw ConfigurationLimits.exceeded(
          file.toString(), "is larger than " + ConfigurationLimits.BYTES / 1024 + " KiB");
    }
    return bytes;
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

  /** Returns the file, as it was named. */
  public Path file() {
    return file;
  }

  /** Returns the folder against which relative includes are resolved. */
  Path folder() {
    return folder;
  }

  String text() {
    return text;
  }

  /** Returns whether the file was found rather than named. */
  boolean isFound() {
    return found;
  }
}
