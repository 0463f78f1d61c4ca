package dev.espalier.testkit.file;

import com.sun.management.ThreadMXBean;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Reads damaged files: each must be read or be refused with an {@link EspalierException}, within 10
 * seconds of processor time and 1 GiB of allocated memory.
 */
public final class FileFuzzing {
  /** After this, a reader is taken to hang, however slow the machine is. */
  private static final long MOST_MINUTES = 5;

  private static final long MOST_MILLIS = 10_000;
  private static final long MOST_MEGABYTES = 1024;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<Example> examples;
  private final Consumer<? super Path> reader;
  private final long mostMillis;
  private int read;
  private int refused;
  private long longestNanos;
  private String slowest = "none";
  private long mostBytes;
  private final List<String> failures = new ArrayList<>();

  /**
   * A file to damage.
   *
   * @param file intact
   * @param beside files that belong to it
   */
  public record Example(Path file, List<Path> beside) {
    /** Copies the list. */
    public Example {
      beside = List.copyOf(beside);
    }

    /**
     * Returns the files of a folder, without its folders. Those whose names are equal up to {@code
     * .ckpt} belong together.
     *
     * @param largest size in bytes of a file that is taken
     */
    public static List<Example> ofFolder(Path folder, long largest) {
      try (Stream<Path> listed = Files.list(folder)) {
        List<Path> files =
            listed
                .filter(file -> Files.isRegularFile(file) && file.toFile().length() <= largest)
                .sorted(Comparator.comparing(Path::toString))
                .toList();
        return files.stream().map(file -> new Example(file, besideOf(file, files))).toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static List<Path> besideOf(Path file, List<Path> files) {
      String name = file.toString();
      int end = name.indexOf(".ckpt.");
      return files.stream()
          .filter(
              other ->
                  end > 0
                      && !other.equals(file)
                      && other.toString().startsWith(name.substring(0, end) + ".ckpt."))
          .toList();
    }
  }

  /**
   * What came of it.
   *
   * @param read number of files that were read
   * @param refused number of files that were refused
   * @param longestMillis the longest processor time of the reading thread for a file, which does
   *     not depend on what else the machine does
   * @param slowest the file that took it, with its number
   * @param mostMegabytes the most memory that was allocated for a file, freed or not
   * @param failures what happened otherwise, and which files took too much time or memory, with the
   *     name and number of the file
   */
  public record Result(
      int read,
      int refused,
      long longestMillis,
      String slowest,
      long mostMegabytes,
      List<String> failures) {
    /** Copies the list. */
    public Result {
      failures = List.copyOf(failures);
    }
  }

  private FileFuzzing(List<Example> examples, Consumer<? super Path> reader, long mostMillis) {
    this.examples = examples;
    this.reader = reader;
    this.mostMillis = mostMillis;
  }

  /**
   * Damages and reads files.
   *
   * @param count number of damaged files
   * @param first the number of the first, which determines the example and its damage
   * @param reader called in a thread of its own; reads a file, or throws
   */
  public static Result run(
      List<Example> examples, int count, long first, Consumer<? super Path> reader) {
    return run(examples, count, first, reader, MOST_MILLIS);
  }

  static Result run(
      List<Example> examples,
      int count,
      long first,
      Consumer<? super Path> reader,
      long mostMillis) {
    FileFuzzing fuzzing = new FileFuzzing(examples, reader, mostMillis);
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread created = new Thread(task, "reader of damaged files");
              created.setDaemon(true);
              return created;
            });
    try {
      Path folder = Files.createTempDirectory("damaged");
      for (long number = first; number < first + count; number++) {
        fuzzing.read(folder, number, thread);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      thread.shutdownNow();
    }
    return new Result(
        fuzzing.read,
        fuzzing.refused,
        TimeUnit.NANOSECONDS.toMillis(fuzzing.longestNanos),
        fuzzing.slowest,
        fuzzing.mostBytes >> 20,
        fuzzing.failures);
  }

  private void read(Path folder, long number, ExecutorService thread) throws IOException {
    Example example = examples.get(new Random(number).nextInt(examples.size()));
    List<Path> written = new ArrayList<>();
    for (Path beside : example.beside()) {
      written.add(Files.copy(beside, folder.resolve(String.valueOf(beside.getFileName()))));
    }
    Path file = folder.resolve(String.valueOf(example.file().getFileName()));
    byte[] damaged = DamagedFile.of(Files.readAllBytes(example.file()), number);
    written.add(Files.write(file, damaged));
    Future<?> task = thread.submit(() -> read(file, number));
    try {
      task.get(MOST_MINUTES, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      throw new AssertionError(
          named(file, number) + " takes more than " + MOST_MINUTES + " minutes", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    for (Path path : written) {
      Files.delete(path);
    }
  }

  private void read(Path file, long number) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long start = THREADS.getCurrentThreadCpuTime();
    try {
      reader.accept(file);
      read++;
    } catch (EspalierException e) {
      refused++;
      if (e.code() == ErrorCode.OUT_OF_MEMORY) {
        failures.add(named(file, number) + ": " + e.getMessage());
      }
    } catch (Throwable e) {
      failures.add(named(file, number) + ": " + e);
    }
    bound(
        named(file, number),
        THREADS.getCurrentThreadCpuTime() - start,
        THREADS.getCurrentThreadAllocatedBytes() - bytes);
  }

  private void bound(String name, long nanos, long bytes) {
    if (nanos > longestNanos) {
      longestNanos = nanos;
      slowest = name;
    }
    mostBytes = Math.max(mostBytes, bytes);
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
    if (millis > mostMillis) {
      failures.add(name + ": took " + millis + " ms of processor time");
    }
    if (bytes >> 20 > MOST_MEGABYTES) {
      failures.add(name + ": allocated " + (bytes >> 20) + " MiB");
    }
  }

  private static String named(Path file, long number) {
    return file.getFileName() + " with damage " + number;
  }
}
