package dev.espalier.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The memory of this process as the operating system counts it, native memory included. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Returns the megabytes in use; skips the test where the system does not tell. */
  @SuppressWarnings("SystemGc") // Garbage on the heap is not what is measured.
  static long megabytes() {
    Assumptions.assumeTrue(Files.isReadable(STATUS), "this system has no " + STATUS);
    System.gc();
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
