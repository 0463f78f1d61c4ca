package dev.espalier.engine.djl;

import dev.espalier.engine.library.LibraryLoading;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads the native library of one of DJL's engines. DJL is configured through system properties
 * only, so some are set while it loads and restored afterwards:
 *
 * <ul>
 *   <li>{@code ai.djl.offline}: DJL downloads nothing and contacts no cloud service, unless the
 *       user allows it. This property stays set, because DJL reads it again later.
 *   <li>{@code OPT_OUT_TRACKING}: DJL does not report usage.
 *   <li>{@code ENGINE_CACHE_DIR}: downloads go to Espalier's cache folder.
 * </ul>
 *
 * @param engine display name of the engine, such as {@code PyTorch}
 * @param cacheFolder where downloads go
 * @param allowDownload whether DJL may download what is missing
 */
public record DjlLibrary(String engine, Path cacheFolder, boolean allowDownload) {
  private static final Object LOCK = new Object();

  private static final String OFFLINE = "ai.djl.offline";

  /**
   * Calls {@code loading} with the system properties set and returns its result.
   *
   * @param settings further system properties to set while loading
   * @param loading gets the engine from DJL, null if DJL has none
   * @throws EspalierException {@code FILE_NOT_WRITABLE} if DJL may download and the cache folder
   *     cannot be used; {@code ENGINE_UNAVAILABLE} if the library cannot be loaded
   */
  public <T> T load(Map<String, String> settings, Supplier<@Nullable T> loading) {
    synchronized (LOCK) {
      if (allowDownload) {
        checkWritable();
      }
      System.setProperty(OFFLINE, Boolean.toString(!allowDownload));
      ClassLoader callers = Thread.currentThread().getContextClassLoader();
      Map<String, @Nullable String> before = new HashMap<>();
      set(before, "OPT_OUT_TRACKING", "true");
      set(before, "ENGINE_CACHE_DIR", cacheFolder.toString());
      settings.forEach((name, value) -> set(before, name, value));
      try {
        // DJL looks for its libraries with the context class loader of the thread.
        Thread.currentThread().setContextClassLoader(DjlLibrary.class.getClassLoader());
        T loaded = LibraryLoading.run(loading);
        if (loaded == null) {
          throw unavailable("it failed before in this process", null);
        }
        return loaded;
      } catch (LinkageError | RuntimeException e) {
        throw e instanceof EspalierException error ? error : unavailable(rootMessage(e), e);
      } finally {
        Thread.currentThread().setContextClassLoader(callers);
        before.forEach(DjlLibrary::restore);
        System.setProperty(OFFLINE, "true");
      }
    }
  }

  private EspalierException unavailable(String reason, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.ENGINE_UNAVAILABLE,
        engine + "'s library cannot be loaded (" + reason + ").",
        "See the cause; `espalier doctor` says what is missing.",
        cause);
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage());
    return message.isBlank() ? root.getClass().getSimpleName() : message;
  }

  private static void set(Map<String, @Nullable String> before, String name, String value) {
    if (!before.containsKey(name)) {
      before.put(name, System.getProperty(name));
    }
    System.setProperty(name, value);
  }

  private static void restore(String name, @Nullable String value) {
    if (value == null) {
      System.clearProperty(name);
    } else {
      System.setProperty(name, value);
    }
  }

  /**
   * DJL remembers a failure until the process ends, so check beforehand whatever can be checked.
   */
  private void checkWritable() {
    try {
      Files.createDirectories(cacheFolder);
      Files.delete(Files.createTempFile(cacheFolder, "check", ".tmp"));
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          engine
              + "'s library cannot be downloaded into the folder "
              + cacheFolder
              + " ("
              + e
              + ").",
          "Make it writable with 700 MB free, or name another folder with the engine option "
              + "\"cache-folder\" or the environment variable ESPALIER_CACHE.",
          e);
    }
  }
}
