package dev.espalier.engine.tensorflow;

import ai.djl.tensorflow.engine.javacpp.LibUtils;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds TensorFlow's native libraries and loads them into the virtual machine. */
final class NativeLoader {
  /** Where DJL looks for the libraries, as a system property or environment variable. */
  static final String DJL_LIBRARY_PATH = "TENSORFLOW_LIBRARY_PATH";

  private static final Object LOCK = new Object();

  private static final String THREADS = "dev.espalier.engine.tensorflow.threads";
  private static final Logger LOGGER = LoggerFactory.getLogger(NativeLoader.class);

  private final ClassLoader classLoader;
  private final NativePlatform platform;
  private final @Nullable Path installed;

  /**
   * Creates a loader.
   *
   * @param installed a folder that the user's surroundings name, null if none
   */
  NativeLoader(ClassLoader classLoader, NativePlatform platform, @Nullable Path installed) {
    this.classLoader = classLoader;
    this.platform = platform;
    this.installed = installed;
  }

  /**
   * What would be loaded.
   *
   * @param folder an installed library, null if the artifact is to be unpacked
   * @param problem why nothing can be loaded, null if it can
   */
  record Found(@Nullable Path folder, @Nullable NativeArtifact artifact, @Nullable String problem) {
    String explanation() {
      if (problem != null) {
        return problem + ".";
      }
      String source = artifact != null ? artifact.coordinates() : "the folder " + folder;
      return "TensorFlow " + NativeArtifact.TENSORFLOW_VERSION + " from " + source + ".";
    }
  }

  /**
   * Looks for the libraries without touching them.
   *
   * @param libraryFolder a folder that the user named, null if none
   */
  Found find(@Nullable Path libraryFolder) {
    Path folder = libraryFolder != null ? libraryFolder : installed;
    if (folder != null) {
      Path library = folder.resolve(platform.libraryFile("jnitensorflow"));
      return Files.isRegularFile(library)
          ? new Found(folder, null, null)
          : new Found(null, null, "TensorFlow's library " + library + " does not exist");
    }
    try {
      NativeArtifact artifact = NativeArtifact.find(classLoader, platform);
      if (artifact == null) {
        return new Found(
            null,
            null,
            "TensorFlow's native library is not on the class path. "
                + NativeArtifact.whatToAdd(platform));
      }
      return new Found(null, artifact, artifact.problem());
    } catch (IOException e) {
      return new Found(null, null, "TensorFlow's native library cannot be read: " + e.getMessage());
    }
  }

  /** Returns the folder that DJL would take the libraries from, null if none is named. */
  static @Nullable Path folderOfDjl() {
    String property = System.getProperty(DJL_LIBRARY_PATH, "");
    String value =
        property.isEmpty() ? System.getenv().getOrDefault(DJL_LIBRARY_PATH, "") : property;
    return value.isEmpty() ? null : Path.of(value);
  }

  /**
   * Loads the libraries; a second call finds them loaded. Sets the system properties {@code
   * TENSORFLOW_LIBRARY_PATH}, so that DJL's own engine takes the same files, and {@code
   * org.bytedeco.javacpp.pathsFirst}, {@code ...maxBytes} and {@code ...maxPhysicalBytes}, so that
   * JavaCPP does not unpack them a second time and does not mistake memory-mapped files for a leak.
   */
  void load(TensorFlowOptions options) {
    synchronized (LOCK) {
      Found found = find(options.libraryFolder());
      if (found.problem() != null) {
        throw new EspalierException(
            ErrorCode.ENGINE_UNAVAILABLE, found.explanation(), "Nothing is downloaded by itself.");
      }
      Path folder =
          found.artifact() == null
              ? java.util.Objects.requireNonNull(found.folder())
              : new NativeLibrary(found.artifact(), options.cacheFolder()).unpack();
      System.setProperty(DJL_LIBRARY_PATH, folder.toString());
      System.setProperty("org.bytedeco.javacpp.pathsFirst", "true");
      try {
        LibUtils.loadLibrary();
        Loader.load(org.tensorflow.internal.c_api.global.tensorflow.class);
      } catch (LinkageError | RuntimeException e) {
        throw new EspalierException(
            ErrorCode.ENGINE_UNAVAILABLE,
            "TensorFlow's libraries in " + folder + " cannot be loaded (" + e.getMessage() + ").",
            "They need this operating system's C++ runtime; see the cause.",
            e);
      }
      warnIfThreadsDiffer(options.threads());
    }
  }

  /**
   * TensorFlow makes the threads for computing when the first session of the process is opened and
   * keeps them. The number is kept as a system property because it belongs to the process, not to
   * the class loader of this class.
   */
  private static void warnIfThreadsDiffer(int threads) {
    String wanted = Integer.toString(threads);
    String first = System.getProperty(THREADS);
    if (first == null) {
      System.setProperty(THREADS, wanted);
    } else if (!first.equals(wanted)) {
      LOGGER.warn(
          "TensorFlow was first opened with threads = {} in this process and stays so; threads = {} has"
              + " no effect (0 stands for all)",
          first,
          wanted);
    }
  }
}
