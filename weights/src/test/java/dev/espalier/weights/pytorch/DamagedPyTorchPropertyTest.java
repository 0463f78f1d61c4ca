package dev.espalier.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever is done to a file, it is read or refused; nothing else happens. */
class DamagedPyTorchPropertyTest {
  private static final String[] FILES = {
    "state_dict.pth", "legacy.pth", "protocol4.pth", "strides.pth", "timm_checkpoint.pth.tar"
  };

  @Property(tries = 400)
  void aDamagedFileIsReadOrRefused(
      @ForAll long seed, @ForAll @IntRange(max = 4) int file, @ForAll @IntRange(max = 8) int flips)
      throws IOException {
    byte[] bytes = Files.readAllBytes(PyTorchFormatTest.file(FILES[file]));
    Random random = new Random(seed);
    for (int i = 0; i < flips; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }
    Path damaged = Files.createTempFile("damaged", ".pth");
    try {
      Files.write(damaged, bytes);
      Weights weights = PyTorchFormat.load(damaged);
      assertThat(weights.elementCount()).isLessThan(4L * bytes.length);
    } catch (EspalierException e) {
      assertThat(e.problem()).contains(damaged.getFileName().toString());
    } finally {
      Files.deleteIfExists(damaged);
    }
  }
}
