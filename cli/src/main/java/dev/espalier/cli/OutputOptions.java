package dev.espalier.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the results of a training go, and how much is shown meanwhile. */
final class OutputOptions {
  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Folder for the results; it must be new or empty (default: runs/DATE-MODEL).")
  @Nullable Path output;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress, only the results.")
  boolean quiet;

  OutputOptions() {}
}
