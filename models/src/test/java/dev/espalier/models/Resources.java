package dev.espalier.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Reads golden texts of this module. */
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
}
