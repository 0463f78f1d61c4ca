package dev.espalier.engine.tensorflow.internal;

import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.library.LibraryFile;
import dev.espalier.engine.library.UnpackedLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The jar on the class path that contains TensorFlow's native libraries. Only its list of entries
 * is read.
 *
 * @param coordinates {@code group:artifact:version:classifier}
 * @param version of the artifact, empty if the jar does not state it
 * @param jar path of the jar
 * @param files of the library
 */
public record NativeArtifact(
    String coordinates, String version, Path jar, List<LibraryFile> files) {

  /**
   * The version of the native artifact that matches the Java API this engine is compiled against.
   */
  static final String REQUIRED_VERSION = "1.0.0-rc.1";

  /** The TensorFlow version contained in {@link #REQUIRED_VERSION}. */
  static final String TENSORFLOW_VERSION = "2.16.1";

  /** The CPU classifiers that {@link #REQUIRED_VERSION} is published with. */
  static final List<String> PLATFORMS =
      List.of("linux-x86_64", "macosx-arm64", "macosx-x86_64", "windows-x86_64");

  private static final String MAVEN = "org.tensorflow:tensorflow-core-native";
  private static final String FOLDER = "org/tensorflow/internal/c_api/";
  private static final String DJL = "ai.djl.tensorflow:tensorflow-native";
  private static final String DJL_FOLDER = "native/lib/";
  private static final String GPU = "-gpu";
  private static final Pattern LIBRARY = Pattern.compile(".*\\.(so|dylib|dll)(\\.\\d+)*");

  /** Copies the list. */
  public NativeArtifact {
    files = List.copyOf(files);
  }

  /** Returns the Maven coordinates of the required artifact. */
  public static String requiredCoordinates(String classifier) {
    return MAVEN + ":" + REQUIRED_VERSION + ":" + classifier;
  }

  /** Returns the artifact for a platform, or null if it is not on the class path. */
  static @Nullable NativeArtifact find(ClassLoader loader, NativePlatform platform)
      throws IOException {
    String library = platform.libraryFile("jnitensorflow");
    // A GPU artifact is never there by default, so whoever added it wants it to win.
    for (String variant : List.of(GPU, "")) {
      String classifier = platform.classifier() + variant;
      URL url = loader.getResource(FOLDER + classifier + "/" + library);
      if (url != null) {
        return read(
            url, MAVEN, "META-INF/maven/org.tensorflow/tensorflow-core-native/", classifier);
      }
    }
    URL url = loader.getResource(DJL_FOLDER + library);
    return url == null ? null : read(url, DJL, "", platform.classifier());
  }

  private static NativeArtifact read(URL library, String name, String pomFolder, String classifier)
      throws IOException {
    if (!(library.openConnection() instanceof JarURLConnection connection)) {
      throw new IOException("The native library " + library + " is not in a jar.");
    }
    // Not cached, so that closing it here does not affect other users of the URL.
    connection.setUseCaches(false);
    String path = connection.getEntryName();
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    try (JarFile jar = connection.getJarFile()) {
      List<LibraryFile> files = new ArrayList<>();
      for (JarEntry entry : jar.stream().toList()) {
        String file = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (entry.getName().equals(folder + file) && LIBRARY.matcher(file).matches()) {
          URL url = new URL(library, file);
          files.add(new LibraryFile(file, url, entry.getSize(), entry.getCrc()));
        }
      }
      files.sort(Comparator.comparing(LibraryFile::name));
      String version = pomFolder.isEmpty() ? "" : version(jar, pomFolder + "pom.properties");
      String coordinates = name + (version.isEmpty() ? "" : ":" + version) + ":" + classifier;
      return new NativeArtifact(coordinates, version, Path.of(jar.getName()), files);
    }
  }

  private static String version(JarFile jar, String pom) throws IOException {
    JarEntry entry = jar.getJarEntry(pom);
    if (entry == null) {
      return "";
    }
    try (InputStream in = jar.getInputStream(entry)) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "");
    }
  }

  /** Returns why this artifact cannot be used, or null if it can. */
  @Nullable String problem() {
    if (!version.isEmpty() && !version.equals(REQUIRED_VERSION)) {
      return coordinates
          + " does not fit the Java side of TensorFlow, which is "
          + REQUIRED_VERSION
          + ".";
    }
    return null;
  }

  /** Returns whether it may support GPUs; true for DJL's own artifact, which does not say. */
  boolean gpu() {
    return coordinates.endsWith(GPU) || coordinates.startsWith(DJL);
  }

  /** Returns the library in the form that plugin registries report. */
  EngineLibrary library() {
    return EngineLibrary.ofArtifact(coordinates, jar, gpu());
  }

  /** Returns the library, to be unpacked into a cache folder. */
  UnpackedLibrary unpackedIn(Path cache) {
    String name = version + "-" + LibraryFile.fingerprint(files);
    return new UnpackedLibrary("TensorFlow", cache.resolve("tensorflow").resolve(name), files);
  }
}
