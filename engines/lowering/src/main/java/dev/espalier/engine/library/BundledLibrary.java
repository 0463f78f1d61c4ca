package dev.espalier.engine.library;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A native library on the class path, as described by the properties file in its jar. Reads only
 * that file.
 *
 * @param version such as {@code 2.7.1}, without the build date
 * @param platform such as {@code linux-x86_64}
 * @param properties all entries of the file
 * @param location URL of the file, which also identifies the jar
 */
public record BundledLibrary(String version, String platform, Properties properties, URL location) {
  // MXNet puts the flavor before the platform: mkl-linux-x86_64.
  private static final Pattern FLAVOR = Pattern.compile("^(mkl|cpu|cu\\d+(?:mkl)?)-");

  /**
   * Returns all libraries that are described under a resource name such as {@code
   * native/lib/pytorch.properties}; one for each platform on the class path.
   *
   * @throws IOException if a jar is damaged
   */
  public static List<BundledLibrary> find(ClassLoader loader, String resource) throws IOException {
    List<BundledLibrary> found = new ArrayList<>();
    for (URL url : Collections.list(loader.getResources(resource))) {
      Properties properties = new Properties();
      java.net.URLConnection connection = url.openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        properties.load(in);
      }
      String version = properties.getProperty("version", "").replaceFirst("-\\d{8}$", "");
      String classifier = properties.getProperty("classifier", "");
      String platform = FLAVOR.matcher(classifier).replaceFirst("");
      found.add(new BundledLibrary(version, platform, properties, url));
    }
    return found;
  }

  /** Returns the build flavor, such as {@code cpu}, {@code mkl} or {@code cu128}. */
  public String flavor() {
    Matcher inFront = FLAVOR.matcher(properties.getProperty("classifier", ""));
    return properties.getProperty("flavor", inFront.find() ? inFront.group(1) : "");
  }

  /**
   * Returns the files that the description lists.
   *
   * @param folder path of their folder relative to the description in the jar; empty if they are
   *     next to it
   * @throws IOException if one is missing
   */
  public List<LibraryFile> files(String folder) throws IOException {
    List<LibraryFile> files = new ArrayList<>();
    for (String name : properties.getProperty("libraries", "").split(",")) {
      files.add(LibraryFile.of(name, new URL(location, folder + name)));
    }
    return files;
  }

  /** Returns the jar for display: its path if the jar is a file. */
  public String jar() {
    String text = location.toString();
    int inside = text.indexOf("!/");
    String jar = inside < 0 ? text : text.substring(0, inside).replaceFirst("^jar:", "");
    return jar.startsWith("file:")
        ? java.nio.file.Path.of(java.net.URI.create(jar)).toString()
        : jar;
  }

  /** Returns DJL's name for the platform of this JVM. */
  public static String currentPlatform() {
    return platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  public static String platform(String osName, String osArch) {
    String os = osName.toLowerCase(java.util.Locale.ROOT);
    String system = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : "linux";
    String processor =
        switch (osArch.toLowerCase(java.util.Locale.ROOT)) {
          case "amd64", "x86_64", "x64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch64";
          default -> osArch;
        };
    return system + "-" + processor;
  }
}
