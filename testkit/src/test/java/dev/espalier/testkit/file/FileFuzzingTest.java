package dev.espalier.testkit.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFuzzingTest {
  @TempDir Path folder;

  private List<FileFuzzing.Example> examples() {
    try {
      Files.write(folder.resolve("file.bin"), new byte[100]);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return FileFuzzing.Example.ofFolder(folder, 1000);
  }

  @Test
  void countsWhatIsReadAndRefused() {
    FileFuzzing.Result result =
        FileFuzzing.run(
            examples(),
            8,
            1,
            file -> {
              throw new EspalierException(ErrorCode.INVALID_WEIGHT_FILE, "No.", "Another.");
            });
    assertThat(result.refused()).isEqualTo(8);
    assertThat(result.failures()).isEmpty();
  }

  @Test
  void aFileThatTakesTooMuchProcessorTimeIsAFailure() {
    AtomicLong sum = new AtomicLong();
    FileFuzzing.Result result =
        FileFuzzing.run(
            examples(),
            2,
            7,
            file -> {
              for (int i = 0; i < 20_000_000; i++) {
                sum.addAndGet(i);
              }
            },
            2);
    assertThat(result.failures()).hasSize(2);
    assertThat(result.failures().get(0))
        .matches("file\\.bin with damage 7: took \\d+ ms of processor time");
    assertThat(result.slowest()).matches("file\\.bin with damage [78]");
    assertThat(result.longestMillis()).isGreaterThan(2);
  }

  @Test
  void aFileThatAllocatesTooMuchIsAFailure() {
    AtomicLong sum = new AtomicLong();
    FileFuzzing.Result result =
        FileFuzzing.run(
            examples(),
            1,
            1,
            file -> {
              for (int i = 0; i < 70; i++) {
                sum.addAndGet(new byte[16 << 20].length);
              }
            });
    assertThat(result.failures()).hasSize(1);
    assertThat(result.failures().get(0)).contains("allocated 1");
  }
}
