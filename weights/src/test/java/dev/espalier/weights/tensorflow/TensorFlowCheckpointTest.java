package dev.espalier.weights.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of {@code src/test/python/make_tensorflow_fixtures.py}. */
class TensorFlowCheckpointTest {
  static final String INDEX = "averages.ckpt.index";
  static final String DATA = "averages.ckpt.data-00000-of-00001";

  static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TensorFlowCheckpointTest.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {INDEX, DATA})
  void readsTheMovingAveragesAndNothingOfTheOptimizer(String name) {
    Weights weights = TensorFlowCheckpoint.load(file(name));
    assertThat(weights.names())
        .containsExactly("half", "large/step", "net/a/kernel", "net/b/bias", "net/c/gamma");
    assertThat(weights.get("net/a/kernel"))
        .isEqualTo(HostArray.wrap(Shape.of(2, 3), 0, 1, 2, 3, 4, 5));
    assertThat(weights.get("net/b/bias")).isEqualTo(HostArray.wrap(Shape.of(2), 7, 8));
    assertThat(weights.get("net/c/gamma")).isEqualTo(HostArray.wrap(Shape.of(1), 1));
    assertThat(weights.get("half")).isEqualTo(HostArray.wrap(Shape.of(2), 0.5f, 2));
    assertThat(weights.get("large/step")).isEqualTo(HostArray.scalar(3));
    assertThat(weights.metadata()).containsEntry(WeightTransfer.FILE_KEY, INDEX);
  }

  @Test
  void takesThePrefixOfTheFilesForTheCheckpoint() {
    Path prefix = file(INDEX).resolveSibling("averages.ckpt");
    assertThat(TensorFlowCheckpoint.load(prefix).contains("net/a/kernel")).isTrue();
  }

  @Test
  void readsTheWeightsOfAKerasModelInTheOrderOfItsLayers() {
    Weights weights = TensorFlowCheckpoint.load(file("keras.ckpt.index"));
    assertThat(weights.names())
        .startsWith("layer_with_weights-0/kernel", "layer_with_weights-1/kernel")
        .endsWith("layer_with_weights-11/kernel")
        .hasSize(12);
    assertThat(weights.get("layer_with_weights-1/kernel").at(0)).isEqualTo(1.5);
  }

  @Test
  void namesADataFileThatIsMissing(@TempDir Path folder) throws IOException {
    Path index = Files.copy(file(INDEX), folder.resolve(INDEX));
    assertThatThrownBy(() -> TensorFlowCheckpoint.load(index))
        .hasMessageContaining(DATA)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.FILE_NOT_READABLE);
  }

  @Test
  void refusesTruncatedFiles(@TempDir Path folder) throws IOException {
    for (String name : List.of(INDEX, DATA)) {
      byte[] whole = Files.readAllBytes(file(name));
      Files.copy(file(INDEX), folder.resolve(INDEX), StandardCopyOption.REPLACE_EXISTING);
      Files.copy(file(DATA), folder.resolve(DATA), StandardCopyOption.REPLACE_EXISTING);
      // The last bytes of the data are those of a text, which nobody reads.
      for (int length = 0; length < whole.length - 16; length += 5) {
        Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> TensorFlowCheckpoint.load(folder.resolve(INDEX)))
            .as("%s bytes of %s", length, name)
            .isInstanceOf(EspalierException.class)
            .hasMessageContaining(name)
            .extracting(error -> ((EspalierException) error).code())
            .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
      }
    }
  }

  @Test
  void noticesAChangedElementByTheChecksum(@TempDir Path folder) throws IOException {
    Path index = Files.copy(file(INDEX), folder.resolve(INDEX));
    byte[] data = Files.readAllBytes(file(DATA));
    for (int i = 0; i < data.length; i++) {
      data[i] ^= 1;
    }
    Files.write(folder.resolve(DATA), data);
    assertThatThrownBy(() -> TensorFlowCheckpoint.load(index))
        .hasMessageContaining("the checksum is wrong, so the file is damaged")
        .hasMessageContaining("Download all files of the checkpoint again");
  }

  @Test
  void recognizesTheFilesOfACheckpointByTheirNames() {
    TensorFlowCheckpoint format = new TensorFlowCheckpoint();
    byte[] head = new byte[0];
    assertThat(format.recognizes(Path.of("model.ckpt.index"), head)).isTrue();
    assertThat(format.recognizes(Path.of("model.ckpt.data-00003-of-00010"), head)).isTrue();
    assertThat(format.recognizes(Path.of("model.ckpt.meta"), head)).isFalse();
    assertThat(format.recognizes(Path.of("model.ckpt"), head)).isFalse();
  }
}
