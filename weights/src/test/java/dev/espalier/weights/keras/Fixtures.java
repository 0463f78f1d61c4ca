package dev.espalier.weights.keras;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** Finds the files that the scripts in {@code src/test/python} wrote. */
final class Fixtures {
  private Fixtures() {}

  /** Returns a file of make_h5_fixtures.py. */
  static Path path(String name) {
    return resource("/h5/" + name);
  }

  /**
   * Returns a file of make_keras_models.py: a small sequential model, cnn.keras, cnn.h5 and so on.
   */
  static Path keras(String name) {
    return resource("/keras/" + name);
  }

  private static Path resource(String name) {
    URL url = Objects.requireNonNull(Fixtures.class.getResource(name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
