package dev.espalier.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Finds golden texts and files of this module. */
final class Resources {
  private Resources() {}

  static List<String> lines(String name) {
    try (InputStream stream = Resources.class.getResourceAsStream("/golden/" + name)) {
      return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a file of weights that another project wrote. */
  static Path weights(String name) {
    return path("/weights/" + name);
  }

  /** Returns a small model that Keras wrote. */
  static Path keras(String name) {
    return path("/keras/" + name);
  }

  private static Path path(String name) {
    try {
      return Path.of(Objects.requireNonNull(Resources.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
