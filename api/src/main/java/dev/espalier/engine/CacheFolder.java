package dev.espalier.engine;

import java.nio.file.Path;
import java.util.Map;

/** Where files are kept that may be lost and made again, such as unpacked native libraries. */
public final class CacheFolder {
  /** The environment variable that names the folder. */
  public static final String VARIABLE = "ESPALIER_CACHE";

  private CacheFolder() {}

  /**
   * Returns the folder: that of {@link #VARIABLE}, else {@code espalier} in {@code XDG_CACHE_HOME},
   * else {@code .cache/espalier} in the user's home folder. It need not exist.
   *
   * @param environment the variables of the process
   */
  public static Path of(Map<String, String> environment) {
    String own = environment.getOrDefault(VARIABLE, "");
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
