package dev.espalier.engine.pytorch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtEngineProvider;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.engine.Availability;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.djl.DjlLibrary;
import dev.espalier.engine.djl.RequiredLibrary;
import dev.espalier.engine.library.BundledLibrary;
import dev.espalier.engine.library.LibraryFile;
import dev.espalier.engine.library.ProcessMemory;
import dev.espalier.engine.library.ProcessThreads;
import dev.espalier.engine.library.UnpackedLibrary;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds PyTorch's native library and has DJL load it. */
final class NativeLoader {
  /** The PyTorch version that DJL's Java code requires; no other one is compatible. */
  static final String VERSION = "2.7.1";

  /** The version of DJL's JNI library for PyTorch. */
  static final String JNI_VERSION = "2.7.1-0.36.0";

  /** The environment variable or system property with the folder of an installed library. */
  static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

  private static final RequiredLibrary REQUIRED =
      new RequiredLibrary(
          "PyTorch",
          VERSION,
          "ai.djl.pytorch:pytorch-native-",
          "cpu",
          "native/lib/pytorch.properties",
          List.of("linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64"),
          "https://publish.djl.ai/pytorch");

  private static final Pattern INSTALLED_VERSION =
      Pattern.compile("(?m)^(?:__version__ = ')?(\\d+\\.\\d+\\.\\d+)");

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

  /** Looks for PyTorch's library and DJL's JNI library, whose versions must match. */
  Availability probe(PyTorchOptions options) {
    try {
      Availability jni = probeJni(options);
      if (!jni.usable()) {
        return jni;
      }
      Path folder = options.libraryFolder();
      return folder != null
          ? probeFolder(folder)
          : REQUIRED.probe(classLoader, platform, options.allowDownload());
    } catch (IOException e) {
      return Availability.unusable(
          "PyTorch's native library cannot be read: " + e.getMessage() + ".",
          "Check that the class path and the option \"library-folder\" name readable files.");
    }
  }

  private Availability probeJni(PyTorchOptions options) throws IOException {
    List<BundledLibrary> found = BundledLibrary.find(classLoader, "jnilib/pytorch.properties");
    String coordinates = "ai.djl.pytorch:pytorch-jni:" + JNI_VERSION;
    if (found.isEmpty() && !options.allowDownload()) {
      return Availability.unusable(
          "DJL's library for PyTorch is not on the class path.", "Add " + coordinates + ".");
    }
    for (BundledLibrary library : found) {
      String version = library.properties().getProperty("jni_version", "");
      if (!version.equals(JNI_VERSION)) {
        return Availability.unusable(
            "ai.djl.pytorch:pytorch-jni:"
                + version
                + " does not fit PyTorch "
                + VERSION
                + " and DJL's Java side.",
            "Use " + coordinates + ".");
      }
    }
    return new Availability(true, "", "", null, null);
  }

  private Availability probeFolder(Path folder) throws IOException {
    Path library = folder.resolve(System.mapLibraryName("torch"));
    String remedy =
        "Name the folder torch/lib of PyTorch "
            + VERSION
            + " with the engine option \"library-folder\" or "
            + LIBRARY_PATH
            + ", or omit it to use the artifact.";
    if (!Files.isRegularFile(library)) {
      return Availability.unusable("PyTorch's library " + library + " does not exist.", remedy);
    }
    EngineLibrary described = EngineLibrary.ofFolder(folder, isForGraphicsCards(folder));
    String version = installedVersion(folder);
    return version.isEmpty() || version.equals(VERSION)
        ? REQUIRED.usable(described, "the folder " + folder)
        : Availability.unusable(
                "The folder "
                    + folder
                    + " holds PyTorch "
                    + version
                    + ", and DJL's Java side is made for "
                    + VERSION
                    + ".",
                remedy)
            .withLibrary(version, described);
  }

  /** Returns the version that an installation states next to its libraries, empty if none. */
  private static String installedVersion(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    for (String name : List.of("version.py", "build-version")) {
      Path file = parent == null ? folder.resolve(name) : parent.resolve(name);
      if (Files.isRegularFile(file)) {
        Matcher matcher = INSTALLED_VERSION.matcher(Files.readString(file));
        if (matcher.find()) {
          return matcher.group(1);
        }
      }
    }
    return "";
  }

  private static boolean isForGraphicsCards(Path folder) {
    return Files.exists(folder.resolve(System.mapLibraryName("torch_cuda")));
  }

  /** Loads the library; a second call has no effect. */
  Engine load(PyTorchOptions options) {
    probe(options).requireUsable();
    if (options.largePages()) {
      LargePages.use();
      ProcessMemory.keepFreed();
    }
    Engine engine = loadUnpacked(options);
    if (ProcessThreads.isFirst("PyTorch", options.threads()) && options.threads() > 0) {
      JniUtils.setNumThreads(options.threads());
    }
    IntraOpThreads.ofProcess();
    JniUtils.setBenchmarkCuDNN(options.cudnnBenchmark());
    return engine;
  }

  private Engine loadUnpacked(PyTorchOptions options) {
    Path cache = options.cacheFolder().resolve("pytorch");
    Path installed = options.libraryFolder();
    try {
      if (installed != null) {
        String flavor = isForGraphicsCards(installed) ? "cu128" : "cpu";
        LibraryFile jni = jni(flavor, JNI_VERSION.substring(VERSION.length() + 1) + "-");
        if (jni == null) {
          return load(options, installed, flavor, options.cacheFolder());
        }
        // If DJL's JNI library is not in PyTorch's folder, DJL looks for it in one fixed place
        // only.
        Path root = cache.resolve("jni-" + LibraryFile.fingerprint(List.of(jni)));
        Path folder = root.resolve("pytorch").resolve(VERSION + "-" + flavor + "-" + platform);
        return new UnpackedLibrary("PyTorch", folder, List.of(jni))
            .load(found -> load(options, installed, flavor, root));
      }
      BundledLibrary library = REQUIRED.find(classLoader, platform);
      LibraryFile jni = library == null ? null : jni(library.flavor(), "");
      if (library == null || jni == null) {
        return load(options, null, "", options.cacheFolder());
      }
      String flavor = library.flavor();
      List<LibraryFile> files =
          new ArrayList<>(library.files("../../pytorch/" + flavor + "/" + platform + "/"));
      files.add(jni);
      String name = VERSION + "-" + LibraryFile.fingerprint(files);
      return new UnpackedLibrary("PyTorch", cache.resolve(name), files)
          .load(found -> load(options, found, flavor, options.cacheFolder()));
    } catch (IOException e) {
      throw REQUIRED.unreadable(e);
    }
  }

  /** Returns DJL's JNI library for a flavor of PyTorch, null if it is not on the class path. */
  private @Nullable LibraryFile jni(String flavor, String prefix) throws IOException {
    String name = System.mapLibraryName("djl_torch");
    URL url = classLoader.getResource("jnilib/" + platform + "/" + flavor + "/" + name);
    return url == null ? null : LibraryFile.of(prefix + name, url);
  }

  /**
   * Has DJL load the libraries.
   *
   * @param folder of PyTorch's libraries, null to have DJL download them
   * @param cache where DJL looks for its JNI library and downloads what is missing
   */
  private static Engine load(
      PyTorchOptions options, @Nullable Path folder, String flavor, Path cache) {
    Map<String, String> settings = new HashMap<>();
    if (folder != null) {
      settings.put(LIBRARY_PATH, folder.toString());
      settings.put("PYTORCH_VERSION", VERSION);
      // Without this, DJL looks for a build for old Linux versions and downloads it.
      settings.put("PYTORCH_FLAVOR", flavor);
    }
    return new DjlLibrary("PyTorch", cache, options.allowDownload())
        .load(settings, () -> new PtEngineProvider().getEngine());
  }
}
