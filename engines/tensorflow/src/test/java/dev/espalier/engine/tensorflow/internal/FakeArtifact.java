package dev.espalier.engine.tensorflow.internal;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A jar laid out like TensorFlow's native artifact, with text in place of libraries. */
final class FakeArtifact {
  static final NativePlatform LINUX = new NativePlatform("linux-x86_64");

  private static final String FOLDER = "org/tensorflow/internal/c_api/linux-x86_64/";

  private FakeArtifact() {}

  /** Writes the jar. */
  static Path write(Path jar, String version) throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(FOLDER + "libjnitensorflow.so", "the Java side's counterpart");
    entries.put(FOLDER + "libtensorflow_cc.so.2", "numbers ".repeat(100_000));
    entries.put(FOLDER + "LICENSE", "not a library");
    entries.put(FOLDER + "deeper/libother.so", "not at this level");
    entries.put(
        "META-INF/maven/org.tensorflow/tensorflow-core-native/pom.properties",
        "version=" + version + "\n");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return jar;
  }

  /** Returns a class loader that sees the jar and nothing else. */
  static URLClassLoader classLoader(Path jar) throws IOException {
    return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
  }

  /** Returns a class loader that sees no artifact. */
  static URLClassLoader emptyClassLoader() {
    return new URLClassLoader(new URL[0], null);
  }
}
