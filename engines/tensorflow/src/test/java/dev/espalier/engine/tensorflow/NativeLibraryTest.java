package dev.espalier.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
  private static final long LARGE = 800_000;

  @TempDir private Path temporary;
  private Path jar;
  private Path cache;

  @BeforeEach
  void writeArtifact() throws IOException {
    jar = FakeArtifact.write(temporary.resolve("native.jar"), NativeArtifact.REQUIRED_VERSION);
    cache = temporary.resolve("cache");
  }

  private static Path unpack(Path jar, Path cache) throws IOException {
    try (URLClassLoader loader = FakeArtifact.classLoader(jar)) {
      NativeArtifact artifact = NativeArtifact.find(loader, FakeArtifact.LINUX);
      return new NativeLibrary(Objects.requireNonNull(artifact), cache).unpack();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void unpacksTheLibrariesAndNothingElse() throws IOException {
    Path folder = unpack(jar, cache);
    assertThat(names(folder))
        .containsExactly("libjnitensorflow.so", "libtensorflow_cc.so.2", "manifest.txt");
    assertThat(folder.resolve("libtensorflow_cc.so.2")).hasSize(LARGE);
    assertThat(names(folder.getParent()))
        .containsExactly(folder.getFileName() + "", folder.getFileName() + ".lock");
  }

  @Test
  void unpacksOnce() throws IOException {
    Path library = unpack(jar, cache).resolve("libtensorflow_cc.so.2");
    FileTime old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(library, old);
    unpack(jar, cache);
    assertThat(Files.getLastModifiedTime(library)).isEqualTo(old);
  }

  @Test
  void repairsATruncatedLibrary() throws IOException {
    Path library = unpack(jar, cache).resolve("libtensorflow_cc.so.2");
    Files.writeString(library, "half");
    unpack(jar, cache);
    assertThat(library).hasSize(LARGE);
  }

  @Test
  void repairsAMissingLibraryOrManifest() throws IOException {
    Path folder = unpack(jar, cache);
    for (String name : List.of("libjnitensorflow.so", "manifest.txt")) {
      Files.delete(folder.resolve(name));
      unpack(jar, cache);
      assertThat(folder.resolve(name)).exists();
    }
    assertThat(names(folder.getParent())).hasSize(2);
  }

  @Test
  void removesWhatAKilledProcessLeft() throws IOException {
    Path folder = unpack(jar, cache);
    Path leftover = Files.createDirectory(Path.of(folder + ".tmp-killed"));
    Files.writeString(leftover.resolve("libjnitensorflow.so"), "half");
    Files.delete(folder.resolve("manifest.txt"));
    unpack(jar, cache);
    assertThat(leftover).doesNotExist();
  }

  @Test
  void anotherArtifactGetsAnotherFolder() throws IOException {
    Path first = unpack(jar, cache);
    Path second = unpack(FakeArtifact.write(temporary.resolve("other.jar"), "9.9"), cache);
    assertThat(second).isNotEqualTo(first);
    assertThat(first).exists();
  }

  @Test
  void severalThreadsMayAskAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Path> task = () -> unpack(jar, cache);
      for (Future<Path> result : threads.invokeAll(java.util.Collections.nCopies(8, task))) {
        assertThat(result.get().resolve("libtensorflow_cc.so.2")).hasSize(LARGE);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(names(cache.resolve("tensorflow"))).hasSize(2);
  }

  @Test
  void severalProcessesMayAskAtOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Unpacking.class.getName(),
                  jar.toString(),
                  cache.toString())
              .redirectErrorStream(true)
              .redirectOutput(temporary.resolve("output-" + i).toFile())
              .start());
    }
    for (int i = 0; i < 3; i++) {
      assertThat(processes.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(processes.get(i).exitValue())
          .as(Files.readString(temporary.resolve("output-" + i)))
          .isZero();
    }
    assertThat(names(cache.resolve("tensorflow"))).hasSize(2);
  }

  /** What each of the processes runs. */
  static final class Unpacking {
    private Unpacking() {}

    public static void main(String[] arguments) throws IOException {
      Path folder = unpack(Path.of(arguments[0]), Path.of(arguments[1]));
      if (Files.size(folder.resolve("libtensorflow_cc.so.2")) != LARGE) {
        throw new IllegalStateException("unpacked by halves");
      }
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamedWithTheOption() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "not a folder");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> unpack(jar, file))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .withMessageContaining(file.toString())
        .withMessageContaining("cache-folder")
        .withMessageContaining("ESPALIER_CACHE");
  }
}
