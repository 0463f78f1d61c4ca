package dev.espalier.weights.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever bytes are wrong, a file is read or refused with an error of ours. */
class DamagedKerasPropertyTest {
  private static void readsOrRefuses(String ending, byte[] bytes) throws IOException {
    Path file = Files.createTempFile("damaged", ending);
    try {
      Files.write(file, bytes);
      if (ending.equals(".weights.h5")) {
        assertThat(KerasWeightsHdf5.load(file).elementCount()).isLessThan(1_000_000);
      } else {
        Model model = KerasModel.load(file);
        assertThat(model.parameterCount()).isLessThan(1_000_000);
      }
    } catch (EspalierException e) {
      assertThat(e.getMessage()).contains(file.getFileName().toString());
    } finally {
      Files.delete(file);
    }
  }

  private static byte[] changed(byte[] original, List<Integer> positions, byte value) {
    byte[] bytes = original.clone();
    positions.forEach(position -> bytes[position % bytes.length] = value);
    return bytes;
  }

  @Property(tries = 200)
  void anArchiveWithWrongBytes(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 1_000_000) Integer> positions,
      @ForAll byte value)
      throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.keras("cnn.keras"));
    readsOrRefuses(".keras", changed(bytes, positions, value));
  }

  @Property(tries = 200)
  void anArchiveWithAWrongConfiguration(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 1_000_000) Integer> positions,
      @ForAll @IntRange(min = 32, max = 126) int character)
      throws IOException {
    Map<String, byte[]> entries = Archives.entries();
    byte[] configuration = Archives.configuration().getBytes(StandardCharsets.UTF_8);
    entries.put("config.json", changed(configuration, positions, (byte) character));
    Path file = Files.createTempFile("damaged", ".keras");
    try {
      readsOrRefuses(".keras", Files.readAllBytes(Archives.write(file, entries)));
    } finally {
      Files.delete(file);
    }
  }

  @Property(tries = 200)
  void aWholeModelWithWrongBytes(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 1_000_000) Integer> positions,
      @ForAll byte value)
      throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.keras("cnn.h5"));
    readsOrRefuses(".h5", changed(bytes, positions, value));
  }

  @Property(tries = 200)
  void weightsWithWrongBytes(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 1_000_000) Integer> positions,
      @ForAll byte value)
      throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.keras("cnn.weights.h5"));
    readsOrRefuses(".weights.h5", changed(bytes, positions, value));
  }

  @Property(tries = 100)
  void aFileThatEndsEarly(@ForAll @IntRange(max = 31_000) int length) throws IOException {
    for (String ending : new String[] {".keras", ".h5", ".weights.h5"}) {
      byte[] bytes = Files.readAllBytes(Fixtures.keras("cnn" + ending));
      readsOrRefuses(ending, Arrays.copyOf(bytes, length));
    }
  }
}
