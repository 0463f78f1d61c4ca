package dev.espalier.engine.mxnet;

import ai.djl.engine.Engine;
import ai.djl.mxnet.engine.MxEngineProvider;
import dev.espalier.engine.Availability;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.djl.DjlLibrary;
import dev.espalier.engine.djl.RequiredLibrary;
import dev.espalier.engine.library.BundledLibrary;
import dev.espalier.engine.library.LibraryFile;
import dev.espalier.engine.library.ProcessThreads;
import dev.espalier.engine.library.UnpackedLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds MXNet's native library and has DJL load it. */
final class NativeLoader {
  /** The MXNet version that DJL's Java code requires. */
  static final String VERSION = "1.9.1";

  /** The environment variable or system property with the folder of an installed library. */
  static final String LIBRARY_PATH = "MXNET_LIBRARY_PATH";

  private static final RequiredLibrary REQUIRED =
      new RequiredLibrary(
          "MXNet",
          VERSION,
          "ai.djl.mxnet:mxnet-native-",
          "mkl",
          "native/lib/mxnet.properties",
          List.of("linux-x86_64", "osx-x86_64", "win-x86_64"),
          "https://publish.djl.ai/mxnet");

  private final ClassLoader classLoader;
  private final String platform;

  /**
   * Creates a loader.
   *
   * @param platform DJL's name for it, such as {@code linux-x86_64}
   */
  NativeLoader(ClassLoader classLoader, String platform) {
    this.classLoader = classLoader;
    this.platform = platform;
  }

  /** Looks for the library. */
  Availability probe(MxNetOptions options) {
    Path folder = options.libraryFolder();
    if (folder == null) {
      return REQUIRED.probe(classLoader, platform, options.allowDownload());
    }
    Path library = folder.resolve(System.mapLibraryName("mxnet"));
    return Files.isRegularFile(library)
        ? REQUIRED.usable(EngineLibrary.ofFolder(folder, false), "the folder " + folder)
        : Availability.unusable(
            "MXNet's library " + library + " does not exist.",
            "Correct the engine option \"library-folder\" or "
                + LIBRARY_PATH
                + ", or omit it to use the artifact.");
  }

  /** Loads the library; a second call has no effect. */
  MxNetEngine load(MxNetOptions options) {
    probe(options).requireUsable();
    Path folder = options.libraryFolder();
    UnpackedLibrary bundled = folder == null ? bundled(options.cacheFolder()) : null;
    return bundled == null ? load(options, folder) : bundled.load(found -> load(options, found));
  }

  /** Returns the artifact, null if there is none and DJL has to download the library. */
  private @Nullable UnpackedLibrary bundled(Path cache) {
    try {
      BundledLibrary library = REQUIRED.find(classLoader, platform);
      if (library == null) {
        return null;
      }
      List<LibraryFile> files = library.files("");
      String name = VERSION + "-" + LibraryFile.fingerprint(files);
      return new UnpackedLibrary("MXNet", cache.resolve("mxnet").resolve(name), files);
    } catch (IOException e) {
      throw REQUIRED.unreadable(e);
    }
  }

  private static MxNetEngine load(MxNetOptions options, @Nullable Path folder) {
    Map<String, String> settings =
        folder == null ? Map.of() : Map.of(LIBRARY_PATH, folder.toString());
    DjlLibrary library = new DjlLibrary("MXNet", options.cacheFolder(), options.allowDownload());
    return library.load(
        settings,
        () -> {
          Engine engine = new MxEngineProvider().getEngine();
          Functions functions = Functions.load();
          if (ProcessThreads.isFirst("MXNet", options.threads()) && options.threads() > 0) {
            Functions.check(functions, functions.MXSetNumOMPThreads(options.threads()));
          }
          return engine == null ? null : new MxNetEngine(engine, functions);
        });
  }
}
