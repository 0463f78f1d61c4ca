package dev.espalier.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The folder for files that can be made again, such as unpacked native libraries. */
public final class CacheFolder {
  /** The environment variable that names the folder. */
  public static final String VARIABLE = "ESPALIER_CACHE";

  /** What the virtual machine puts in place of bytes that the locale's encoding does not have. */
  private static final char UNDECODED = '\uFFFD';

  private CacheFolder() {}

  /**
   * Returns the folder: that of {@link #VARIABLE}, else {@code espalier} in {@code XDG_CACHE_HOME},
   * else {@code .cache/espalier} in the user's home folder. It need not exist.
   *
   * @param environment the variables of the process
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if the user has no home folder, or
   *     if the name of the folder has characters that this virtual machine cannot express, because
   *     the locale has no encoding for them
   */
  public static Path of(Map<String, String> environment) {
    return of(environment, System.getProperty("user.home", ""));
  }

  static Path of(Map<String, String> environment, String userHome) {
    String own = environment.getOrDefault(VARIABLE, "");
    if (!own.isEmpty()) {
      return path(own, "The environment variable " + VARIABLE);
    }
    // The XDG specification has relative paths ignored.
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!xdg.isEmpty()) {
      Path caches = path(xdg, "The environment variable XDG_CACHE_HOME");
      if (caches.isAbsolute()) {
        return caches.resolve("espalier");
      }
    }
    // Java uses "?" if the operating system does not know the user, as in a container with an
    // arbitrary user id. A folder shared with others is no place for native libraries.
    for (String home : List.of(userHome, environment.getOrDefault("HOME", ""))) {
      if (!home.isBlank() && !home.equals("?")) {
        return path(home, "The user's home folder").resolve(".cache").resolve("espalier");
      }
    }
    throw new EspalierException(
        ErrorCode.INVALID_OPTION,
        "There is no folder for caches: the user has no home folder (user.home is \""
            + userHome
            + "\").",
        "Name a folder with the environment variable " + VARIABLE + ", or set HOME.");
  }

  private static Path path(String text, String source) {
    try {
      if (text.indexOf(UNDECODED) < 0) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      throw inexpressible(text, source, e);
    }
    throw inexpressible(text, source, null);
  }

  private static EspalierException inexpressible(
      String text, String source, @Nullable Exception cause) {
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        source
            + " names the folder \""
            + text
            + "\", which the JVM cannot represent in the encoding of its locale, "
            + System.getProperty("sun.jnu.encoding", "unknown")
            + ".",
        "Set a locale with UTF-8, such as LC_ALL=C.UTF-8, or name another folder with "
            + VARIABLE
            + ".",
        cause);
  }
}
