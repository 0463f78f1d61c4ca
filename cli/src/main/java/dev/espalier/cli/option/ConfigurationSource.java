package dev.espalier.cli.option;

import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.ConfigurationFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file given on a command line. It is read on demand and only once, because a
 * pipe cannot be read again. Not thread-safe.
 */
public final class ConfigurationSource {
  private final Path file;
  private @Nullable ConfigurationFile read;

  public ConfigurationSource(Path file) {
    this.file = file;
  }

  /** Adds the given file, otherwise that of the working folder, if it exists. */
  static void add(@Nullable ConfigurationSource named, Configuration.Sources sources) {
    if (named == null) {
      sources.folder(Path.of(""));
    } else {
      sources.file(named.read());
    }
  }

  private ConfigurationFile read() {
    ConfigurationFile known = read;
    if (known == null) {
      known = ConfigurationFile.read(file);
      read = known;
    }
    return known;
  }

  /** Returns the path as given. */
  @Override
  public String toString() {
    return file.toString();
  }
}
