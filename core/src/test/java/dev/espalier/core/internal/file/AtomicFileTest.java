package dev.espalier.core.internal.file;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void aFailureHalfWayKeepsTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("kept"), "old");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                      throw new IOException("No space left on device");
                    }))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE);
              assertThat(e.problem()).endsWith("kept cannot be written: No space left on device.");
            });
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("kept");
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    AtomicFile.write(link, channel -> channel.write(ByteBuffer.wrap(new byte[] {'n'})));
    assertThat(link).isSymbolicLink();
    assertThat(real).hasContent("n");
  }

  private static void write(Path file) {
    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {'n'})));
  }

  /** As a killed process leaves it: its lock went with it. */
  @Test
  void whatAKilledProcessLeftIsRemoved() throws IOException {
    Path leftover = Files.writeString(folder.resolve(".model.5e1f-77.part"), "half");
    Path ofAnother = Files.writeString(folder.resolve(".other.5e1f-77.part"), "half");
    write(folder.resolve("model"));
    assertThat(leftover).doesNotExist();
    assertThat(ofAnother).as("goes with its own file").exists();
    assertThat(folder.resolve("model")).hasContent("n");
  }

  @Test
  void whatALivingProcessWritesStays() throws IOException {
    Path inUse = Files.writeString(folder.resolve(".model.5e1f-77.part"), "half");
    try (FileChannel channel = FileChannel.open(inUse, StandardOpenOption.WRITE)) {
      assertThat(channel.tryLock()).isNotNull();
      write(folder.resolve("model"));
      assertThat(inUse).exists();
    }
    write(folder.resolve("model"));
    assertThat(inUse).doesNotExist();
  }

  @Test
  void aLinkWithTheNameOfALeftoverIsNotFollowed() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept"), "mine");
    Files.createSymbolicLink(folder.resolve(".model.5e1f-77.part"), kept);
    write(folder.resolve("model"));
    assertThat(kept).hasContent("mine");
  }

  @Test
  void whatIsWrittenAtTheSameTimeInOneProcessStays() {
    Path file = folder.resolve("model");
    AtomicFile.write(
        file,
        channel -> {
          write(file);
          channel.write(ByteBuffer.wrap(new byte[] {'o'}));
        });
    assertThat(file).hasContent("o");
    assertThat(folder.toFile().list()).containsExactly("model");
  }
}
