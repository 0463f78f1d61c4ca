package dev.espalier.core.configuration;

import dev.espalier.core.internal.hocon.HoconText;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The text of a configuration file. It is read once and can be used repeatedly, because a pipe can
 * be read only once. Immutable.
 */
public final class ConfigurationText {
  /** Time limit for reading a pipe. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HoconText text;
  private final boolean found;

  private ConfigurationText(HoconText text, boolean found) {
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
    return new ConfigurationText(HoconText.read(file, PATIENCE), false);
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
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? new ConfigurationText(HoconText.ofRegular(file), true)
        : null;
  }

  /** Returns the file, as it was named. */
  public Path file() {
    return text.file();
  }

  HoconText text() {
    return text;
  }

  /** Returns whether the file was found rather than named. */
  boolean isFound() {
    return found;
  }
}
