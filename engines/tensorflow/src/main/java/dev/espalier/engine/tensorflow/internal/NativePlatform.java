package dev.espalier.engine.tensorflow.internal;

import java.util.Locale;

/**
 * An operating system and processor, named as in the classifiers of TensorFlow Java.
 *
 * @param classifier such as {@code linux-x86_64}
 */
public record NativePlatform(String classifier) {

  /** Returns the platform of this JVM. */
  public static NativePlatform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static NativePlatform of(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String system;
    if (os.startsWith("mac")) {
      system = "macosx";
    } else if (os.startsWith("windows")) {
      system = "windows";
    } else {
      system = "linux";
    }
    String arch =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64", "x64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> osArch;
        };
    return new NativePlatform(system + "-" + arch);
  }

  /** Returns the file name of a library, such as {@code libjnitensorflow.so}. */
  String libraryFile(String name) {
    if (classifier.startsWith("windows")) {
      return name + ".dll";
    }
    return "lib" + name + (classifier.startsWith("macosx") ? ".dylib" : ".so");
  }
}
