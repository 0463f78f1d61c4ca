package dev.espalier.engine.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library that is unpacked is verified before it is loaded. */
class UnpackedLibraryTest {
  @TempDir private Path temporary;
  private Path jar;
  private Path folder;
  private Path large;

  @BeforeEach
  void writeJar() throws IOException {
    jar = FakeLibrary.write(temporary.resolve("a library.jar"), 2, 1);
    folder = temporary.resolve("cache").resolve("example").resolve("1.0");
    large = folder.resolve(FakeLibrary.LARGE);
  }

  /** Loads the library, which only looks at its files. */
  private List<String> load() throws IOException {
    return FakeLibrary.of(jar, folder).load(UnpackedLibraryTest::names);
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private byte[] original() throws IOException {
    return FakeLibrary.of(jar, temporary.resolve("intact").resolve("1.0"))
        .load(
            intact -> {
              try {
                return Files.readAllBytes(intact.resolve(FakeLibrary.LARGE));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }

  /** Writes other bytes over the middle of the large file, which keeps its size. */
  private void damage() throws IOException {
    try (FileChannel channel = FileChannel.open(large, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[100]), 1_000_000);
    }
  }

  /** The same so that neither size nor time of change tell. */
  private void damageInSecret() throws IOException {
    FileTime time = Files.getLastModifiedTime(large);
    damage();
    Files.setLastModifiedTime(large, time);
  }

  @Test
  void unpacksTheFilesAndNothingElse() throws IOException {
    assertThat(load()).containsExactly(FakeLibrary.LARGE, FakeLibrary.SMALL);
    assertThat(large).hasSize(2_000_000);
    assertThat(names(folder.getParent())).containsExactly("1.0", "1.0.lock", "1.0.verified");
  }

  @Test
  void unpacksOnce() throws IOException {
    load();
    Object file = Files.readAttributes(large, "unix:ino").get("ino");
    load();
    assertThat(Files.readAttributes(large, "unix:ino")).containsEntry("ino", file);
  }

  @Test
  void replacesATruncatedFile() throws IOException {
    load();
    try (FileChannel channel = FileChannel.open(large, StandardOpenOption.WRITE)) {
      channel.truncate(1_000_000);
    }
    load();
    assertThat(large).hasBinaryContent(original());
  }

  @Test
  void replacesAFileThatWasDamagedAtItsSize() throws IOException {
    load();
    Files.setLastModifiedTime(large, FileTime.fromMillis(1_000_000));
    load();
    damage();
    load();
    assertThat(large).hasBinaryContent(original());
  }

  @Test
  void replacesAMissingFile() throws IOException {
    load();
    Files.delete(folder.resolve(FakeLibrary.SMALL));
    assertThat(load()).hasSize(2);
  }

  @Test
  void keepsAnIntactFolderThatWasCopiedOrMadeByAnEarlierVersion() throws IOException {
    load();
    Files.delete(folder.resolveSibling("1.0.verified"));
    Files.setLastModifiedTime(large, FileTime.fromMillis(1_000_000));
    load();
    assertThat(Files.getLastModifiedTime(large)).isEqualTo(FileTime.fromMillis(1_000_000));
    assertThat(folder.resolveSibling("1.0.verified")).content().contains(" 1000000\n");
  }

  @Test
  void aDamagedFolderThatLacksItsRecordIsReplaced() throws IOException {
    load();
    Files.delete(folder.resolveSibling("1.0.verified"));
    damageInSecret();
    load();
    assertThat(large).hasBinaryContent(original());
  }

  @Test
  void computesNoChecksumsWhereSizesAndTimesAreKnown() throws IOException {
    load();
    damageInSecret();
    byte[] damaged = Files.readAllBytes(large);
    load();
    assertThat(large).as("taken for what was verified").hasBinaryContent(damaged);
  }

  @Test
  void computesTheChecksumsWhereLoadingFails() throws IOException {
    load();
    damageInSecret();
    UnsatisfiedLinkError cause = new UnsatisfiedLinkError("invalid ELF header");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                FakeLibrary.of(jar, folder)
                    .load(
                        found -> {
                          throw cause;
                        }))
        .withMessage(
            "Example's library in the folder "
                + folder
                + " was damaged and has been replaced. Start the program again. [ESP-501]")
        .withCause(cause);
    assertThat(large).hasBinaryContent(original());
    assertThat(names(folder.getParent())).hasSize(3);
  }

  @Test
  void aFailureOfAnIntactLibraryStaysWhatItIs() throws IOException {
    UnsatisfiedLinkError failure = new UnsatisfiedLinkError("libc.so.7 is missing");
    UnpackedLibrary library = FakeLibrary.of(jar, folder);
    assertThatExceptionOfType(UnsatisfiedLinkError.class)
        .isThrownBy(
            () ->
                library.load(
                    found -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  @Test
  void otherFilesHaveAnotherFingerprint() throws IOException {
    Path other = FakeLibrary.write(temporary.resolve("other.jar"), 2, 2);
    String entry = "!/native/" + FakeLibrary.LARGE;
    LibraryFile first =
        LibraryFile.of("x", java.net.URI.create("jar:" + jar.toUri() + entry).toURL());
    LibraryFile second =
        LibraryFile.of("x", java.net.URI.create("jar:" + other.toUri() + entry).toURL());
    assertThat(LibraryFile.fingerprint(List.of(first)))
        .hasSize(8)
        .isNotEqualTo(LibraryFile.fingerprint(List.of(second)));
  }

  @Test
  void aFileOutsideOfAJarIsReadForItsChecksum() throws IOException {
    load();
    LibraryFile inJar =
        LibraryFile.of(
            "x",
            java.net.URI.create("jar:" + jar.toUri() + "!/native/" + FakeLibrary.LARGE).toURL());
    LibraryFile outside = LibraryFile.of("x", large.toUri().toURL());
    assertThat(outside.size()).isEqualTo(inJar.size());
    assertThat(outside.crc()).isEqualTo(inJar.crc());
  }

  @Test
  void anIntactFolderThatCannotBeWrittenIsUsed() throws IOException {
    load();
    makeUnwritable();
    Files.setLastModifiedTime(large, FileTime.fromMillis(1_000_000));
    assertThat(load()).hasSize(2);
    assertThat(folder.resolveSibling("1.0.verified")).content().doesNotContain(" 1000000\n");
  }

  @Test
  void aDamagedFolderThatCannotBeWrittenIsNamedWithTheSpaceItNeeds() throws IOException {
    load();
    makeUnwritable();
    damage();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(this::load)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .withMessageContaining("Example's library cannot be unpacked into the folder ")
        .withMessageContaining(folder.getParent().toString())
        .withMessageContaining("with 3 MB free")
        .withMessageContaining("\"cache-folder\"")
        .withMessageContaining("ESPALIER_CACHE");
  }

  /** Tests may run as a user whom permissions do not stop, so the lock cannot be opened here. */
  private void makeUnwritable() throws IOException {
    Path lock = folder.resolveSibling("1.0.lock");
    Files.delete(lock);
    Files.createDirectory(lock);
  }

  @Test
  void aCacheFolderThatIsAFileIsNamed() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "not a folder");
    folder = file.resolve("example").resolve("1.0");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(this::load)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .withMessageContaining(file.toString());
  }

  @Test
  void aDamagedJarIsNotUnpacked() throws IOException {
    UnpackedLibrary library = FakeLibrary.of(jar, folder);
    FakeLibrary.write(jar, 2, 5);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> library.load(UnpackedLibraryTest::names))
        .withMessageContaining("the jar is damaged");
    assertThat(folder).doesNotExist();
    assertThat(names(folder.getParent())).containsExactly("1.0.lock");
  }

  @Test
  void removesWhatDjlLeftWhenItWasKilled() throws IOException {
    Path parent = Files.createDirectories(folder.getParent());
    Path old = Files.createDirectory(parent.resolve("tmp123456789"));
    Files.writeString(old.resolve("liblarge.so"), "half");
    FileTime twoDaysAgo =
        FileTime.from(java.time.Instant.now().minus(java.time.Duration.ofDays(2)));
    Files.setLastModifiedTime(old, twoDaysAgo);
    Path recent = Files.createDirectory(parent.resolve("tmp987654321"));
    Path other = Files.createDirectory(parent.resolve("2.7.1-cpu-linux-x86_64"));
    Files.setLastModifiedTime(other, twoDaysAgo);
    load();
    assertThat(old).doesNotExist();
    assertThat(recent).as("another process may be downloading into it").exists();
    assertThat(other).exists();
  }

  @Test
  void severalThreadsMayLoadAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<List<String>> task = this::load;
      for (Future<List<String>> result :
          threads.invokeAll(java.util.Collections.nCopies(8, task))) {
        assertThat(result.get()).hasSize(2);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(names(folder.getParent())).hasSize(3);
  }
}
