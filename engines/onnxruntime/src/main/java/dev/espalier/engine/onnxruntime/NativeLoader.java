package dev.espalier.engine.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.espalier.engine.Availability;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.library.BundledLibrary;
import dev.espalier.engine.library.LibraryFile;
import dev.espalier.engine.library.LibraryLoading;
import dev.espalier.engine.library.ProcessEnvironment;
import dev.espalier.engine.library.UnpackedLibrary;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds ONNX Runtime's native libraries and loads them. */
final class NativeLoader {
  private static final String ARTIFACT = "com.microsoft.onnxruntime:onnxruntime";

  /** Both are needed: the library itself, and the one between it and Java. */
  private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

  /** The system property in which ONNX Runtime looks for the folder of its libraries. */
  private static final String FOLDER = "onnxruntime.native.path";

  /** The folder is a property of the whole process. */
  private static final Object LOCK = new Object();

  /**
   * Libraries from 1.29 on would otherwise send what runs where to Microsoft as soon as they are
   * loaded, and overflow the stack of the loading thread where the command line of the process is
   * long, as that of Spark's executors is. A value set by the user is kept.
   */
  private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  /** Where the artifact has the libraries. */
  private static final String RESOURCES = "ai/onnxruntime/native/";

  private final ClassLoader classLoader;
  private final String platform;

  /**
   * Creates a loader.
   *
   * @param platform ONNX Runtime's name for it, such as {@code linux-x64}
   */
  NativeLoader(ClassLoader classLoader, String platform) {
    this.classLoader = classLoader;
    this.platform = platform;
  }

  /** Returns ONNX Runtime's name for the platform of this JVM. */
  static String currentPlatform() {
    return platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static String platform(String osName, String osArch) {
    return BundledLibrary.platform(osName, osArch).replaceFirst("x86_64$", "x64");
  }

  /** The version of ONNX Runtime's Java code on the class path, which its library has to have. */
  private static String version() {
    String version = OrtEnvironment.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /** Looks for the libraries. */
  Availability probe(OnnxRuntimeOptions options) {
    Path folder = options.libraryFolder();
    if (folder != null) {
      return probe(folder);
    }
    for (String library : LIBRARIES) {
      if (resource(library) == null) {
        return Availability.unusable(
            ARTIFACT + " " + version() + " has no library for " + platform + ".",
            "Use another engine, or name the folder of an installed ONNX Runtime with the engine"
                + " option \"library-folder\".");
      }
    }
    String coordinates = ARTIFACT + ":" + version();
    return Availability.usable(
        "ONNX Runtime " + version() + " from " + coordinates + ".",
        version(),
        EngineLibrary.ofArtifact(coordinates, jar(), false));
  }

  private static Availability probe(Path folder) {
    for (String library : LIBRARIES) {
      Path file = folder.resolve(System.mapLibraryName(library));
      if (!Files.isRegularFile(file)) {
        return Availability.unusable(
            "ONNX Runtime's library " + file + " does not exist.",
            "Correct the engine option \"library-folder\", or omit it to use the artifact.");
      }
    }
    return Availability.usable(
        "ONNX Runtime " + version() + " from the folder " + folder + ".",
        version(),
        EngineLibrary.ofFolder(folder, false));
  }

  private @Nullable URL resource(String library) {
    return classLoader.getResource(RESOURCES + platform + "/" + System.mapLibraryName(library));
  }

  private Path jar() {
    String text = String.valueOf(resource(LIBRARIES.get(0)));
    int inside = text.indexOf("!/");
    String jar = (inside < 0 ? text : text.substring(0, inside)).replaceFirst("^jar:", "");
    return jar.startsWith("file:") ? Path.of(URI.create(jar)) : Path.of(jar);
  }

  /** Loads the libraries; a second call has no effect. */
  OrtEnvironment load(OnnxRuntimeOptions options) {
    probe(options).requireUsable();
    Path folder = options.libraryFolder();
    return folder == null
        ? bundled(options.cacheFolder()).load(NativeLoader::loadFrom)
        : loadFrom(folder);
  }

  private UnpackedLibrary bundled(Path cache) {
    try {
      List<LibraryFile> files = new ArrayList<>();
      for (String library : LIBRARIES) {
        URL url = Objects.requireNonNull(resource(library));
        files.add(LibraryFile.of(System.mapLibraryName(library), url));
      }
      String name = version() + "-" + LibraryFile.fingerprint(files);
      return new UnpackedLibrary("ONNX Runtime", cache.resolve("onnxruntime").resolve(name), files);
    } catch (IOException e) {
      throw unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  private static OrtEnvironment loadFrom(Path folder) {
    synchronized (LOCK) {
      String before = System.getProperty(FOLDER);
      System.setProperty(FOLDER, folder.toString());
      try {
        ProcessEnvironment.setIfAbsent(NO_TELEMETRY, "1");
        return Objects.requireNonNull(LibraryLoading.run(NativeLoader::environment));
      } catch (LinkageError | RuntimeException e) {
        throw e instanceof EspalierException error ? error : unavailable(rootMessage(e), e);
      } finally {
        if (before == null) {
          System.clearProperty(FOLDER);
        } else {
          System.setProperty(FOLDER, before);
        }
      }
    }
  }

  private static OrtEnvironment environment() {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try {
      environment.setTelemetry(false); // Windows has no variable for it
    } catch (OrtException e) {
      throw unavailable(String.valueOf(e.getMessage()), e);
    }
    return environment;
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static EspalierException unavailable(String reason, Throwable cause) {
    return new EspalierException(
        ErrorCode.ENGINE_UNAVAILABLE,
        "ONNX Runtime's library cannot be loaded (" + reason + ").",
        "See the cause; `espalier doctor` says what is missing.",
        cause);
  }
}
