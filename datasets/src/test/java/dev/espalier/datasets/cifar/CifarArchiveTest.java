package dev.espalier.datasets.cifar;

import static dev.espalier.datasets.cifar.CifarFilesForTests.archive;
import static dev.espalier.datasets.cifar.CifarFilesForTests.cifarRecord;
import static dev.espalier.datasets.cifar.CifarFilesForTests.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives as one may get them from a stranger. */
class CifarArchiveTest {
  @TempDir Path folder;

  @Test
  void entriesThatPointOutsideAreNotWrittenAnywhere() throws Exception {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("../escaped.txt", new byte[] {1});
    entries.put("../../test.bin", cifarRecord(1, 2, 3));
    Path inner = Files.createDirectory(folder.resolve("inner"));

    Dataset test = Cifar100.open(archive(inner.resolve("hostile.tar.gz"), entries), Split.TEST);

    assertThat(test.label(0)).isEqualTo(3);
    assertThat(folder.resolve("escaped.txt")).doesNotExist();
    assertThat(folder.resolve("test.bin")).doesNotExist();
  }

  @Test
  void linksAreNotFollowed() throws Exception {
    Path file = folder.resolve("links.tar.gz");
    write(folder.resolve("secret"), cifarRecord(1, 2, 3));
    try (TarArchiveOutputStream tar = tar(file)) {
      TarArchiveEntry link = new TarArchiveEntry("test.bin", TarConstants.LF_SYMLINK);
      link.setLinkName(folder.resolve("secret").toString());
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }

    assertThat(failure(file).problem()).isEqualTo("There is no test.bin in " + file + ".");
  }

  @Test
  void archiveThatUnpacksToTooMuchIsRefused() throws Exception {
    Path file = folder.resolve("bomb.tar.gz");
    byte[] zeros = new byte[1 << 20];
    long size = CifarFiles.ARCHIVE_LIMIT + zeros.length;
    try (TarArchiveOutputStream tar = tar(file)) {
      TarArchiveEntry entry = new TarArchiveEntry("cifar-100-binary/other.bin");
      entry.setSize(size);
      tar.putArchiveEntry(entry);
      for (long written = 0; written < size; written += zeros.length) {
        tar.write(zeros);
      }
      tar.closeArchiveEntry();
    }

    EspalierException error = failure(file);

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_DATA_FILE);
    assertThat(error.problem())
        .isEqualTo(file + " cannot be read as a tar.gz archive: it unpacks to more than 256 MiB.");
  }

  @Test
  void fileThatIsThereTwiceIsRefused() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/test.bin", cifarRecord(1, 2, 3));
    entries.put("b/test.bin", cifarRecord(1, 2, 4));

    EspalierException error = failure(archive(folder.resolve("twice.tar.gz"), entries));

    assertThat(error.problem()).endsWith("it holds test.bin twice.");
  }

  @Test
  void truncatedArchiveIsRefused() throws Exception {
    Path whole = archive(folder.resolve("whole.tar.gz"), Map.of("test.bin", cifarRecord(1, 2, 3)));
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : new int[] {10, bytes.length / 2, bytes.length - 4}) {
      Path part = write(folder.resolve("part.tar.gz"), Arrays.copyOf(bytes, length));

      EspalierException error = failure(part);

      assertThat(error.code()).as("%d bytes", length).isEqualTo(ErrorCode.INVALID_DATA_FILE);
      assertThat(error.problem()).contains(part.toString());
    }
  }

  @Test
  void damagedArchiveIsRefused() throws Exception {
    Path file = archive(folder.resolve("damaged.tar.gz"), Map.of("test.bin", cifarRecord(1, 2, 3)));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 7] ^= 1; // in the checksum at the end
    write(file, bytes);

    assertThat(failure(file).code()).isEqualTo(ErrorCode.INVALID_DATA_FILE);
  }

  @Test
  void fileThatIsNotAnArchiveIsRefused() {
    Path file = write(folder.resolve("test.bin"), cifarRecord(1, 2, 3));

    EspalierException error = failure(file);

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_DATA_FILE);
    assertThat(error.problem())
        .isEqualTo(file + " cannot be read as a tar.gz archive: Not in GZIP format.");
    assertThat(error.remedy()).contains("give the folder with its unpacked files");
  }

  private static TarArchiveOutputStream tar(Path file) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    return new TarArchiveOutputStream(
        new GZIPOutputStream(out) {
          {
            def.setLevel(Deflater.BEST_SPEED);
          }
        });
  }

  private static EspalierException failure(Path location) {
    return catchThrowableOfType(EspalierException.class, () -> Cifar100.open(location, Split.TEST));
  }
}
