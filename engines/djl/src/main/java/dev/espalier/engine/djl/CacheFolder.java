package dev.espalier.engine.djl;

import java.nio.file.Path;
import java.util.Map;

/** The folder for files that Espalier may lose and make again. */
public final class CacheFolder {
  private CacheFolder() {}

  /**
   * Returns the folder: {@code ESPALIER_CACHE}, else {@code espalier} in {@code XDG_CACHE_HOME} or
   * {@code ~/.cache}.
   */
  public static Path of(Map<String, String> environment) {
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
