package dev.espalier.cli.option;

import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.ConfigurationText;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file given on a command line. It is read on demand and only once, because a
 * pipe cannot be read again. Not thread-safe.
 */
public final class ConfigurationSource {
  private final Path file;
  private @Nullable ConfigurationText text;

  public ConfigurationSource(Path file) {
    this.file = file;
  }

  /** Adds the given file, otherwise that of the working folder, if it exists. */
  static void add(@Nullable ConfigurationSource named, Configuration.Sources sources) {
    if (named == null) {
      sources.folder(Path.of(""));
    } else {
      sources.text(named.text());
    }
  }

  private ConfigurationText text() {
    ConfigurationText read = text;
    if (read == null) {
      read = ConfigurationText.read(file);
      text = read;
    }
    return read;
  }

  /** Returns the path as given. */
  @Override
  public String toString() {
    return file.toString();
  }
}
