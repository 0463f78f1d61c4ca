package dev.espalier.weights.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of {@code src/test/python/make_tensorflow_fixtures.py}. */
class NumpyFormatTest {
  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(NumpyFormatTest.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays.npz", "compressed.npz"})
  void readsArraysOfEachTypeAndOrder(String name) {
    Weights weights = NumpyFormat.load(file(name));
    assertThat(weights.names()).hasSize(13).startsWith("layer/float32", "float64");
    double[] counting = IntStream.range(0, 24).asDoubleStream().toArray();
    weights
        .asMap()
        .forEach(
            (key, array) -> {
              if (array.elementCount() == 24) {
                assertThat(array.shape()).as(key).isEqualTo(Shape.of(2, 3, 4));
                assertThat(IntStream.range(0, 24).mapToDouble(array::at).toArray())
                    .as(key)
                    .isEqualTo(counting);
              }
            });
    assertThat(weights.get("layer/float32").dataType()).isEqualTo(DataType.FLOAT32);
    assertThat(weights.get("int64").dataType()).isEqualTo(DataType.INT32);
    assertThat(weights.get("uint8").dataType()).isEqualTo(DataType.UINT8);
    assertThat(weights.get("scalar")).isEqualTo(HostArray.scalar(2.5f));
    assertThat(weights.get("vector")).isEqualTo(HostArray.wrap(Shape.of(3), 0, 1, 2));
    assertThat(weights.get("empty").shape()).isEqualTo(Shape.of(0, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "objects.npz | there are Python objects, not numbers | numpy.savez",
        "complex.npz | the elements have the type <c8, which cannot be read | numpy.savez",
        "large_integer.npz | a 64-bit integer does not fit in 32 bits | numpy.savez",
        "single.npy | holds a single array without a name | numpy.savez"
      })
  void namesWhatItRefuses(String name, String problem, String remedy) {
    assertThatThrownBy(() -> NumpyFormat.load(file(name)))
        .hasMessageContaining(name)
        .hasMessageContaining(problem)
        .hasMessageContaining(remedy)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
  }

  @Test
  void refusesACompressedFileThatWouldFillTheMemory(@TempDir Path folder) throws IOException {
    Path bomb = folder.resolve("bomb.npz");
    byte[] zeros = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(bomb);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a.npy"));
      zip.write("\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1));
      for (int i = 0; i < 100; i++) {
        zip.write(zeros);
      }
    }
    assertThatThrownBy(() -> NumpyFormat.load(bomb))
        .hasMessageContaining("the entry \"a.npy\", it claims 104857608 bytes")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
  }

  @Test
  void refusesEachTruncation(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(file("compressed.npz"));
    for (int length = 0; length < whole.length; length += 13) {
      Path cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> NumpyFormat.load(cut))
          .as("%s bytes", length)
          .isInstanceOf(EspalierException.class);
    }
  }

  @Test
  void recognizesFilesByContentOrName() throws IOException {
    NumpyFormat format = new NumpyFormat();
    assertThat(format.recognizes(Path.of("a.npz"), new byte[0])).isTrue();
    assertThat(format.recognizes(Path.of("a"), Files.readAllBytes(file("arrays.npz")))).isTrue();
    assertThat(format.recognizes(Path.of("a"), Files.readAllBytes(file("single.npy")))).isTrue();
    assertThat(format.recognizes(Path.of("a.zip"), new byte[0])).isFalse();
  }
}
