package dev.espalier.engine.tensorflow;

import dev.espalier.engine.EngineOptions;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The engine's options, checked.
 *
 * @param threads threads for one operation, 0 for all
 * @param cacheFolder where libraries are unpacked
 * @param libraryFolder where the libraries of an installed TensorFlow lie, null to unpack them
 */
record TensorFlowOptions(int threads, Path cacheFolder, @Nullable Path libraryFolder) {
  /** The folder for files that Espalier may lose and make again. */
  static final String CACHE_FOLDER = "cache-folder";

  /** A folder with libjnitensorflow and the libraries that belong to it. */
  static final String LIBRARY_FOLDER = "library-folder";

  private static final TreeSet<String> KNOWN =
      new TreeSet<>(java.util.List.of(CACHE_FOLDER, LIBRARY_FOLDER));

  static TensorFlowOptions of(EngineOptions options, Map<String, String> environment) {
    for (String name : new TreeSet<>(options.extra().keySet())) {
      if (!KNOWN.contains(name)) {
        throw NearestNames.unknown(
            ErrorCode.INVALID_OPTION, "option of the engine tensorflow", name, KNOWN);
      }
    }
    String cache = options.extra().get(CACHE_FOLDER);
    String library = options.extra().get(LIBRARY_FOLDER);
    return new TensorFlowOptions(
        options.threads(),
        cache == null ? defaultCache(environment) : path(CACHE_FOLDER, cache),
        library == null ? null : path(LIBRARY_FOLDER, library));
  }

  private static Path path(String option, String value) {
    try {
      if (!value.isBlank()) {
        return Path.of(value);
      }
    } catch (java.nio.file.InvalidPathException e) {
      throw invalidPath(option, value, e);
    }
    throw invalidPath(option, value, null);
  }

  private static EspalierException invalidPath(
      String option, String value, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        "The option \"" + option + "\" of the engine tensorflow is \"" + value + "\".",
        "Give the path of a folder.",
        cause);
  }

  private static Path defaultCache(Map<String, String> environment) {
    String own = environment.getOrDefault("ESPALIER_CACHE", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    // The XDG specification has relative paths ignored.
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    return xdg.isEmpty() || !Path.of(xdg).isAbsolute()
        ? Path.of(System.getProperty("user.home", "."), ".cache", "espalier")
        : Path.of(xdg, "espalier");
  }
}
