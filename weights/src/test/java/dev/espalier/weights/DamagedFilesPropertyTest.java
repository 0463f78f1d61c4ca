package dev.espalier.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.weights.numpy.NumpyFormat;
import dev.espalier.weights.pytorch.PyTorchFormat;
import dev.espalier.weights.tensorflow.TensorFlowCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever is done to a file, it is read or refused, and nothing else happens. */
class DamagedFilesPropertyTest {
  /** The first file is damaged, the others only stand beside it. */
  private record Example(WeightFormat format, String folder, List<String> files) {
    Example(WeightFormat format, String folder, String... files) {
      this(format, folder, List.of(files));
    }
  }

  private static final List<Example> EXAMPLES =
      List.of(
          new Example(new PyTorchFormat(), "pytorch", "state_dict.pth"),
          new Example(new PyTorchFormat(), "pytorch", "legacy.pth"),
          new Example(new PyTorchFormat(), "pytorch", "protocol4.pth"),
          new Example(new PyTorchFormat(), "pytorch", "strides.pth"),
          new Example(new PyTorchFormat(), "pytorch", "timm_checkpoint.pth.tar"),
          new Example(new NumpyFormat(), "numpy", "arrays.npz"),
          new Example(new NumpyFormat(), "numpy", "compressed.npz"),
          new Example(
              new TensorFlowCheckpoint(),
              "tensorflow",
              "averages.ckpt.index",
              "averages.ckpt.data-00000-of-00001"),
          new Example(
              new TensorFlowCheckpoint(),
              "tensorflow",
              "averages.ckpt.data-00000-of-00001",
              "averages.ckpt.index"));

  @Property(tries = 600)
  void aDamagedFileIsReadOrRefused(
      @ForAll long seed,
      @ForAll @IntRange(max = 8) int number,
      @ForAll @IntRange(max = 8) int changes)
      throws IOException {
    Example example = EXAMPLES.get(number);
    Path folder = Files.createTempDirectory("damaged");
    try {
      for (String name : example.files()) {
        Files.write(folder.resolve(name), original(example, name));
      }
      Path file = folder.resolve(example.files().get(0));
      byte[] damaged = damaged(Files.readAllBytes(file), new Random(seed), changes);
      Files.write(file, damaged);
      Weights weights = example.format().read(file);
      assertThat(weights.elementCount()).isLessThan(64L * (1 << 20));
    } catch (EspalierException e) {
      assertThat(e.problem()).contains(example.files().get(0).replaceFirst("\\.ckpt.*", ""));
    } finally {
      for (String name : example.files()) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
  }

  private static byte[] original(Example example, String name) throws IOException {
    String resource = example.folder() + "/" + name;
    try (InputStream stream = DamagedFilesPropertyTest.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(stream, resource).readAllBytes();
    }
  }

  /** Changes bytes, puts large numbers in, repeats a part, or cuts the end off. */
  private static byte[] damaged(byte[] bytes, Random random, int changes) {
    byte[] result = bytes;
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(result.length);
      int length = Math.min(1 + random.nextInt(8), result.length - at);
      switch (random.nextInt(4)) {
        case 0 -> result[at] = (byte) random.nextInt(256);
        case 1 -> result[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> Arrays.fill(result, at, at + length, (byte) (random.nextBoolean() ? 0xff : 0x7f));
        default ->
            System.arraycopy(
                result, random.nextInt(result.length - length + 1), result, at, length);
      }
    }
    return random.nextInt(5) == 0
        ? Arrays.copyOf(result, random.nextInt(result.length) + 1)
        : result;
  }
}
