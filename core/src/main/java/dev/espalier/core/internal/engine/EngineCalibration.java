package dev.espalier.core.internal.engine;

import dev.espalier.core.internal.file.AtomicFile;
import dev.espalier.engine.CacheFolder;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the fastest of several engines by running a small step on each. The result is kept in the
 * cache folder for this processor, these versions of the engines, and what they are used for, so
 * that later processes load the chosen engine alone. Whatever fails is reported in the log and
 * leaves the choice to the usual order. Immutable.
 */
final class EngineCalibration {
  private static final Logger log = LoggerFactory.getLogger(EngineCalibration.class);
  private static final String CHOSEN = "chosen";
  private static final String MEASURED_FOR = "measured-for";

  /** How much faster an engine must be to be preferred to an earlier one in the usual order. */
  private static final double CLEARLY_FASTER = 0.9;

  private final @Nullable Path folder;
  private final String processor;
  private final Meter meter;

  /** Measures an engine. */
  @FunctionalInterface
  interface Meter {
    /** Returns the milliseconds of a step; may throw any error of the engine. */
    double milliseconds(EngineProvider engine, EngineSettings settings);
  }

  /**
   * Creates a calibration.
   *
   * @param folder where results are kept, null to keep none
   * @param processor model and number of the processors
   */
  EngineCalibration(@Nullable Path folder, String processor, Meter meter) {
    this.folder = folder;
    this.processor = processor;
    this.meter = meter;
  }

  /** Returns the calibration of this machine, which keeps results in the cache folder. */
  static EngineCalibration ofThisMachine() {
    Path folder;
    try {
      folder = CacheFolder.of(System.getenv()).resolve("fastest-engine");
    } catch (EspalierException e) {
      log.warn("The fastest engine is measured in each process: {}", e.getMessage());
      folder = null;
    }
    return new EngineCalibration(
        folder,
        model() + " x " + Runtime.getRuntime().availableProcessors(),
        CalibrationStep::milliseconds);
  }

  private static String model() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElseGet(EngineCalibration::architecture);
    } catch (IOException | UncheckedIOException e) {
      return architecture();
    }
  }

  private static String architecture() {
    return System.getenv()
        .getOrDefault("PROCESSOR_IDENTIFIER", System.getProperty("os.arch", "unknown"));
  }

  /**
   * Returns the fastest engine, or null if that cannot be determined.
   *
   * @param engines usable ones with their versions, in the usual order; at least two
   */
  @Nullable EngineProvider fastest(Map<EngineProvider, String> engines, EngineSettings settings) {
    String key = key(engines, settings);
    EngineProvider known = known(key, engines.keySet());
    if (known != null) {
      return known;
    }
    Map<EngineProvider, Double> times = new LinkedHashMap<>();
    for (EngineProvider engine : engines.keySet()) {
      try {
        times.put(engine, meter.milliseconds(engine, settings));
      } catch (RuntimeException | LinkageError e) {
        log.warn("The engine {} could not be measured: {}", engine.name(), e.toString());
      }
    }
    if (times.size() < 2) {
      return null;
    }
    EngineProvider chosen = chosen(times);
    Path kept = keep(key, chosen, times);
    log.warn(
        "engine = fastest: {} is used here, after measuring a small step ({}).{} Set engine = {} to"
            + " use it regardless of the machine.",
        chosen.name(),
        times.entrySet().stream()
            .map(one -> one.getKey().name() + " " + text(one.getValue()) + " ms")
            .collect(Collectors.joining(", ")),
        kept == null ? "" : " The result is kept in " + kept + "; delete it to measure again.",
        chosen.name());
    return chosen;
  }

  private static EngineProvider chosen(Map<EngineProvider, Double> times) {
    EngineProvider chosen = null;
    double best = Double.POSITIVE_INFINITY;
    for (Map.Entry<EngineProvider, Double> one : times.entrySet()) {
      if (chosen == null || one.getValue() < best * CLEARLY_FASTER) {
        chosen = one.getKey();
        best = one.getValue();
      }
    }
    return Objects.requireNonNull(chosen);
  }

  /** Returns all that a result depends on. */
  private String key(Map<EngineProvider, String> engines, EngineSettings settings) {
    return engines.entrySet().stream()
            .map(one -> one.getKey().name() + " " + one.getValue())
            .collect(Collectors.joining(", "))
        + " for "
        + settings.purpose().name().toLowerCase(Locale.ROOT)
        + " with "
        + settings.get(EngineSettings.THREADS)
        + " threads on "
        + processor;
  }

  private static Path file(Path folder, String key) {
    UUID name = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    return folder.resolve(name + ".properties");
  }

  private @Nullable EngineProvider known(String key, Iterable<? extends EngineProvider> engines) {
    if (folder == null) {
      return null;
    }
    Path file = file(folder, key);
    Properties read = new Properties();
    try {
      read.load(new StringReader(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | IllegalArgumentException e) {
      log.warn("{} cannot be read, the engines are measured again: {}", file, e.toString());
      return null;
    }
    if (key.equals(read.getProperty(MEASURED_FOR))) {
      for (EngineProvider engine : engines) {
        if (engine.name().equals(read.getProperty(CHOSEN))) {
          log.info("Engine {} chosen: the fastest according to {}", engine.name(), file);
          return engine;
        }
      }
    }
    return null;
  }

  /** Returns the file, or null if it could not be written. */
  private @Nullable Path keep(
      String key, EngineProvider chosen, Map<EngineProvider, Double> times) {
    if (folder == null) {
      return null;
    }
    Path file = file(folder, key);
    List<String> lines =
        Stream.concat(
                Stream.of(
                    MEASURED_FOR + "=" + key.replace("\\", "\\\\"), CHOSEN + "=" + chosen.name()),
                times.entrySet().stream()
                    .map(one -> "milliseconds." + one.getKey().name() + "=" + text(one.getValue())))
            .toList();
    ByteBuffer content = StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n");
    try {
      AtomicFile.write(
          file,
          channel -> {
            ByteBuffer rest = content.duplicate();
            while (rest.hasRemaining()) {
              channel.write(rest);
            }
          });
      return file;
    } catch (EspalierException e) {
      log.warn("The fastest engine is not kept: {}", e.getMessage());
      return null;
    }
  }

  private static String text(double milliseconds) {
    return String.format(Locale.ROOT, "%.2f", milliseconds);
  }
}
