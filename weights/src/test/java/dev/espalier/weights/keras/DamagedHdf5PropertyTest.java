package dev.espalier.weights.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DamagedHdf5PropertyTest {
  private static final String ORIGINAL = "old_layout.h5";

  private static void readsOrRefuses(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("damaged", ".h5");
    try {
      Files.write(file, bytes);
      Weights weights = KerasLegacyHdf5.load(file);
      assertThat(weights.elementCount()).isLessThan(1_000_000);
    } catch (EspalierException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
    } finally {
      Files.delete(file);
    }
  }

  @Property(tries = 300)
  void aFileWithWrongBytesIsReadOrRefused(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 9_000) Integer> positions,
      @ForAll byte value)
      throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path(ORIGINAL));
    positions.forEach(position -> bytes[position % bytes.length] = value);
    readsOrRefuses(bytes);
  }

  @Property(tries = 100)
  void aFileThatEndsEarlyIsReadOrRefused(@ForAll @IntRange(max = 18_407) int length)
      throws IOException {
    readsOrRefuses(Arrays.copyOf(Files.readAllBytes(Fixtures.path(ORIGINAL)), length));
  }
}
