package dev.espalier.cli.option;

import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.ConfigurationText;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file that a command line names. It is read when it is needed, and once: what
 * comes from a pipe cannot be read again. Not thread-safe.
 */
public final class ConfigurationSource {
  private final Path file;
  private @Nullable ConfigurationText text;

  public ConfigurationSource(Path file) {
    this.file = file;
  }

  /** Adds the file that was named, or else that of the working folder, if there is one. */
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

  /** Returns the file as it was named. */
  @Override
  public String toString() {
    return file.toString();
  }
}
