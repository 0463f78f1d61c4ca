package dev.espalier.engine.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that share a cache, and are killed while they unpack or load. */
class UnpackedLibraryProcessesTest {
  private static final int MEGABYTES = 4;

  @TempDir private Path temporary;
  private Path jar;
  private Path folder;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void writeJar() throws IOException {
    jar = FakeLibrary.write(temporary.resolve("native.jar"), MEGABYTES, 1);
    folder = temporary.resolve("cache").resolve("1.0");
  }

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  /** What a process runs: it loads the library, and then does as it is told. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] arguments) throws IOException {
      Path jar = Path.of(arguments[0]);
      Path folder = Path.of(arguments[1]);
      UnpackedLibrary library =
          arguments[2].equals("stall") ? FakeLibrary.stalling(folder) : FakeLibrary.of(jar, folder);
      library.load(
          found -> {
            if (arguments[2].equals("die")) {
              Runtime.getRuntime().halt(134);
            }
            while (arguments[2].equals("hang")) {
              Thread.onSpinWait();
            }
            return found;
          });
    }
  }

  private Process start(String order) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Loading.class.getName(),
                jar.toString(),
                folder.toString(),
                order)
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("output-" + processes.size()).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private int run(String order) throws Exception {
    Process process = start(order);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private List<String> left() throws IOException {
    if (!Files.exists(folder.getParent())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.getParent())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Waits until a file beside the folder has a name that begins so. */
  private void awaitFile(String begin) throws Exception {
    for (int i = 0; left().stream().noneMatch(name -> name.startsWith(begin)); i++) {
      assertThat(i).as("looks for " + begin + " in " + left()).isLessThan(60_000);
      Thread.sleep(1);
    }
  }

  private void assertComplete() throws IOException {
    assertThat(folder.resolve(FakeLibrary.LARGE)).hasSize(MEGABYTES * 1_000_000L);
    assertThat(left()).containsExactly("1.0", "1.0.lock", "1.0.verified");
  }

  @Test
  void severalProcessesMayUnpackAtOnce() throws Exception {
    List<Process> started = List.of(start("end"), start("end"), start("end"));
    for (int i = 0; i < started.size(); i++) {
      assertThat(started.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(started.get(i).exitValue())
          .as(Files.readString(temporary.resolve("output-" + i)))
          .isZero();
    }
    assertComplete();
  }

  @Test
  void whatAProcessLeftThatWasKilledWhileUnpackingIsRemoved() throws Exception {
    Process process = start("stall");
    awaitFile("1.0.tmp-");
    assertThat(left()).doesNotContain("1.0");
    process.destroyForcibly().waitFor();
    assertThat(run("end")).isZero();
    assertComplete();
  }

  @Test
  void aLibraryThatEndedAProcessIsVerifiedAndReplaced() throws Exception {
    assertThat(run("end")).isZero();
    Path large = folder.resolve(FakeLibrary.LARGE);
    byte[] original = Files.readAllBytes(large);
    FileTime time = Files.getLastModifiedTime(large);
    byte[] damaged = original.clone();
    damaged[2_000_000] ^= 1;
    Files.write(large, damaged);
    Files.setLastModifiedTime(large, time);
    assertThat(run("die")).isEqualTo(134);
    assertThat(left()).anyMatch(name -> name.startsWith("1.0.loading-"));
    assertThat(run("end")).isZero();
    assertThat(large).hasBinaryContent(original);
    assertComplete();
  }

  @Test
  void aProcessThatIsLoadingIsNotTakenForADeadOne() throws Exception {
    Process loading = start("hang");
    awaitFile("1.0.loading-");
    assertThat(run("end")).isZero();
    assertThat(left()).anyMatch(name -> name.startsWith("1.0.loading-"));
    loading.destroyForcibly().waitFor();
    assertThat(run("end")).isZero();
    assertComplete();
  }
}
