package dev.espalier.report;

import dev.espalier.core.EspalierVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The machine that a result was computed on. Immutable.
 *
 * @param espalier version of Espalier
 * @param java version of Java
 * @param system operating system and architecture
 * @param processor model of the CPU, empty if unknown
 * @param processors number of CPUs available to the process
 */
public record Environment(
    String espalier, String java, String system, String processor, int processors) {
  /** Returns this machine. */
  public static Environment current() {
    return new Environment(
        EspalierVersion.current(),
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        processorName(),
        Runtime.getRuntime().availableProcessors());
  }

  private static String processorName() {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
      return lines
          .limit(200)
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return ""; // other systems have no such file
    }
  }

  /** Returns all of it in one line, such as for a table. */
  String text() {
    return "Espalier " + espalier + ", Java " + java + ", " + system + ", " + processorsText();
  }

  String processorsText() {
    return processors + (processors == 1 ? " processor" : " processors");
  }
}
