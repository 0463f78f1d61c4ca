package dev.espalier.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The table of epochs that a run leaves, for tests that compare runs. */
public final class HistoryRows {
  private HistoryRows() {}

  /** Returns the rows without the seconds, which are never the same. */
  public static List<String> withoutSeconds(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.substring(0, line.lastIndexOf(',')))
        .toList();
  }
}
