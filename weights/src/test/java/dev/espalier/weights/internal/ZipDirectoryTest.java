package dev.espalier.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipDirectoryTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir private Path folder;

  /** Writes an archive whose entries, named by their number, consist of zeros. */
  private Path archive(int... mebibytes) throws IOException {
    Path file = folder.resolve("zeros.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < mebibytes.length; i++) {
        zip.putNextEntry(new ZipEntry(Integer.toString(i)));
        zip.write(new byte[mebibytes[i] * MEBIBYTE]);
        zip.closeEntry();
      }
    }
    return file;
  }

  /** Returns the bytes of the last entry after unpacking all. */
  private static int unpacked(Path file, String... entries) {
    return WeightFile.read(
        file,
        new WeightFile.Kind("test", "Write it again."),
        opened -> {
          ZipDirectory directory = ZipDirectory.read(opened);
          int bytes = 0;
          for (String entry : entries) {
            bytes = directory.bytes(entry).remaining();
          }
          return bytes;
        });
  }

  private static void assertBomb(ThrowingCallable reading, int mebibytes) {
    assertThatThrownBy(reading)
        .hasMessageContaining(
            "it claims " + (long) mebibytes * MEBIBYTE + " bytes, more than weights of")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
  }

  @Test
  void smallArchivesUnpackTo64MebibytesAndALittle() throws IOException {
    Path file = archive(64, 70);
    assertThat(Files.size(file)).isLessThan(MEBIBYTE);
    assertThat(unpacked(file, "0")).isEqualTo(64 * MEBIBYTE);
    assertBomb(() -> unpacked(file, "1"), 70);
  }

  @Test
  void theEntriesCountTogether() throws IOException {
    Path file = archive(40, 40);
    assertThat(unpacked(file, "1")).isEqualTo(40 * MEBIBYTE);
    assertBomb(() -> unpacked(file, "1", "0"), 40);
  }
}
