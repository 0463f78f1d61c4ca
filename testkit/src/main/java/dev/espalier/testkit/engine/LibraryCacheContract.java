package dev.espalier.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.CacheFolder;
import dev.espalier.engine.EngineProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of an engine that unpacks its native library into the cache folder: a damaged
 * library, which would crash the process that loads it, is replaced, and nothing is unpacked
 * anywhere else. Each test damages a cache of its own and opens the engine in separate processes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LibraryCacheContract {
  private static final int DAMAGED_BYTES = 4_000_000;

  private Path temporary = Path.of("");

  /** For subclasses. */
  protected LibraryCacheContract() {}

  /** Returns the class of the provider under test, which has a constructor without parameters. */
  protected abstract Class<? extends EngineProvider> provider();

  @BeforeAll
  final void unpack(@TempDir Path folder) throws Exception {
    temporary = folder;
    assertThat(open()).as(this::output).isZero();
  }

  private Path cache() {
    return temporary.resolve("cache, größer");
  }

  private Path home() {
    return temporary.resolve("home");
  }

  private String output() {
    try {
      return Files.readString(temporary.resolve("output"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens the engine in another process, which runs a few training steps, and returns its exit
   * code.
   */
  private int open() throws IOException, InterruptedException {
    Files.createDirectories(home());
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:ErrorFile=" + temporary.resolve("crash-%p.log"),
            "-XX:-CreateCoredumpOnCrash",
            "-Duser.home=" + home(),
            "-cp",
            System.getProperty("java.class.path"),
            OpenedEngine.class.getName(),
            provider().getName());
    builder.environment().put(CacheFolder.VARIABLE, cache().toString());
    builder.environment().put("HOME", home().toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("output").toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path largest() throws IOException {
    return files(cache()).stream()
        .max(Comparator.comparingLong(LibraryCacheContract::size))
        .orElseThrow();
  }

  /** Returns names and sizes of all files in the cache. */
  private List<String> state() throws IOException {
    return files(cache()).stream()
        .map(file -> cache().relativize(file) + " " + size(file))
        .sorted()
        .toList();
  }

  private static void overwrite(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(DAMAGED_BYTES), 0);
    }
  }

  private static byte[] beginning(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(DAMAGED_BYTES);
    }
  }

  @Test
  @Tag("slow")
  void aTruncatedLibraryIsReplacedBeforeItIsLoaded() throws Exception {
    List<String> before = state();
    Path library = largest();
    try (FileChannel channel = FileChannel.open(library, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
    assertThat(open()).as(this::output).isZero();
    assertThat(state()).isEqualTo(before);
    assertNothingElsewhere();
  }

  @Test
  @Tag("slow")
  void aLibraryThatWasDamagedAtItsSizeIsReplacedBeforeItIsLoaded() throws Exception {
    Path library = largest();
    byte[] intact = beginning(library);
    overwrite(library);
    assertThat(open()).as(this::output).isZero();
    assertThat(beginning(library)).isEqualTo(intact);
    assertNothingElsewhere();
  }

  @Test
  void aLibraryThatCouldNotBeLoadedIsReplacedAtTheNextStart() throws Exception {
    List<String> before = state();
    Path library = largest();
    byte[] intact = beginning(library);
    FileTime time = Files.getLastModifiedTime(library);
    overwrite(library);
    Files.setLastModifiedTime(library, time);
    assertThat(open()).as("ends in a way of its own").isNotZero();
    assertThat(open()).as(this::output).isZero();
    assertThat(beginning(library)).isEqualTo(intact);
    assertThat(state()).isEqualTo(before);
    assertNothingElsewhere();
  }

  private void assertNothingElsewhere() throws IOException {
    assertThat(files(home()).stream().mapToLong(LibraryCacheContract::size).sum())
        .as("bytes that were unpacked into the home folder")
        .isLessThan(10_000_000);
  }
}
