package dev.espalier.engine.tensorflow.internal;

import ai.djl.tensorflow.engine.javacpp.LibUtils;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import dev.espalier.engine.Availability;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.library.LibraryLoading;
import dev.espalier.engine.library.ProcessThreads;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** Finds TensorFlow's native libraries and loads them into the JVM. */
public final class NativeLoader {
  /** The system property or environment variable with DJL's library folder. */
  static final String DJL_LIBRARY_PATH = "TENSORFLOW_LIBRARY_PATH";

  private static final Object LOCK = new Object();

  /** Same flags as Java's own library loading: symbols are not visible to other libraries. */
  private static final Map<String, Integer> LAZY_AND_LOCAL = Map.of(Library.OPTION_OPEN_FLAGS, 1);

  private final ClassLoader classLoader;
  private final NativePlatform platform;
  private final @Nullable Path installed;

  /**
   * Creates a loader.
   *
   * @param installed library folder named in the environment, null if none
   */
  public NativeLoader(ClassLoader classLoader, NativePlatform platform, @Nullable Path installed) {
    this.classLoader = classLoader;
    this.platform = platform;
    this.installed = installed;
  }

  /**
   * The libraries to load: a folder, an artifact to unpack, or neither.
   *
   * @param availability says why there is neither
   */
  record Found(
      @Nullable Path folder, @Nullable NativeArtifact artifact, Availability availability) {}

  /** Returns whether there are libraries, without loading or unpacking them. */
  public Availability probe(TensorFlowOptions options) {
    return find(options.libraryFolder()).availability();
  }

  /**
   * Looks for the libraries without loading or unpacking them.
   *
   * @param libraryFolder library folder from the settings, null if none
   */
  Found find(@Nullable Path libraryFolder) {
    Path folder = libraryFolder != null ? libraryFolder : installed;
    if (folder != null) {
      return inFolder(folder);
    }
    try {
      NativeArtifact artifact = NativeArtifact.find(classLoader, platform);
      return artifact == null
          ? nothing("TensorFlow's native library is not on the class path.", whatToAdd())
          : inArtifact(artifact);
    } catch (IOException e) {
      return nothing(
          "TensorFlow's native library cannot be read: " + e.getMessage() + ".", whatToAdd());
    }
  }

  private Found inFolder(Path folder) {
    Path library = folder.resolve(platform.libraryFile("jnitensorflow"));
    if (!Files.isRegularFile(library)) {
      return nothing(
          "TensorFlow's library " + library + " does not exist.",
          "Correct the engine option \"library-folder\" or "
              + DJL_LIBRARY_PATH
              + ", or omit it to use the artifact.");
    }
    return new Found(
        folder, null, usable(EngineLibrary.ofFolder(folder, true), "the folder " + folder));
  }

  private Found inArtifact(NativeArtifact artifact) {
    EngineLibrary library = artifact.library();
    String problem = artifact.problem();
    return new Found(
        null,
        artifact,
        problem == null
            ? usable(library, artifact.coordinates())
            : Availability.unusable(problem, whatToAdd())
                .withLibrary(NativeArtifact.TENSORFLOW_VERSION, library));
  }

  private static Availability usable(EngineLibrary library, String source) {
    String version = NativeArtifact.TENSORFLOW_VERSION;
    return Availability.usable("TensorFlow " + version + " from " + source + ".", version, library);
  }

  private static Found nothing(String problem, String remedy) {
    return new Found(null, null, Availability.unusable(problem, remedy));
  }

  private String whatToAdd() {
    String classifier = platform.classifier();
    return NativeArtifact.PLATFORMS.contains(classifier)
        ? "Add " + NativeArtifact.requiredCoordinates(classifier) + "."
        : "It is published for "
            + String.join(", ", NativeArtifact.PLATFORMS)
            + ", not for "
            + classifier
            + ": use another engine.";
  }

  /** Returns the folder that DJL would load the libraries from, null if none is set. */
  public static @Nullable Path folderOfDjl() {
    String property = System.getProperty(DJL_LIBRARY_PATH, "");
    String value =
        property.isEmpty() ? System.getenv().getOrDefault(DJL_LIBRARY_PATH, "") : property;
    return value.isEmpty() ? null : Path.of(value);
  }

  /**
   * Loads the libraries; a second call has no effect. Sets the system properties {@code
   * TENSORFLOW_LIBRARY_PATH}, so that DJL's own engine uses the same files, and {@code
   * org.bytedeco.javacpp.pathsFirst}, {@code ...maxBytes} and {@code ...maxPhysicalBytes}, so that
   * JavaCPP does not unpack them again and does not mistake memory-mapped files for a leak.
   *
   * @return how to open sessions with threads of their own
   */
  public SessionThreads load(TensorFlowOptions options) {
    synchronized (LOCK) {
      Found found = find(options.libraryFolder());
      found.availability().requireUsable();
      NativeArtifact artifact = found.artifact();
      SessionThreads threads =
          artifact == null
              ? load(Objects.requireNonNull(found.folder()))
              : artifact.unpackedIn(options.cacheFolder()).load(this::load);
      // TensorFlow creates its threads with the first session of the process and keeps them.
      ProcessThreads.isFirst("TensorFlow", options.threads());
      return threads;
    }
  }

  /** Returns the libraries that the loaded one consists in, which are in the same folder. */
  private static List<NativeLibrary> partsIn(Path folder) {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, "libtensorflow_{cc,framework}.*")) {
      List<NativeLibrary> parts = new ArrayList<>();
      files.forEach(file -> parts.add(NativeLibrary.getInstance(file.toString(), LAZY_AND_LOCAL)));
      return parts;
    } catch (IOException e) {
      return List.of();
    }
  }

  private SessionThreads load(Path folder) {
    System.setProperty(DJL_LIBRARY_PATH, folder.toString());
    System.setProperty("org.bytedeco.javacpp.pathsFirst", "true");
    try {
      // If JavaCPP cannot load these libraries, it silently unpacks and loads a second copy.
      String library = folder.resolve(platform.libraryFile("jnitensorflow")).toString();
      LibraryLoading.run(
          () -> {
            XlaCompiler.compileAtOnce();
            NativeLibrary.getInstance(library, LAZY_AND_LOCAL);
            LibUtils.loadLibrary();
            return Loader.load(org.tensorflow.internal.c_api.global.tensorflow.class);
          });
      return SessionThreads.of(partsIn(folder));
    } catch (EspalierException e) {
      throw e;
    } catch (LinkageError | RuntimeException e) {
      throw new EspalierException(
          ErrorCode.ENGINE_UNAVAILABLE,
          "TensorFlow's libraries in " + folder + " cannot be loaded (" + e.getMessage() + ").",
          "They need this operating system's C++ runtime; see the cause.",
          e);
    }
  }
}
