package dev.espalier.weights.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Weights;
import dev.espalier.testkit.golden.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tree that loops must end; the limit is far beyond what a loaded machine needs. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KerasLegacyHdf5Test {
  private static Weights fixture(String name) {
    return KerasLegacyHdf5.load(Fixtures.path(name));
  }

  // ---- files of Keras

  @Test
  void filesOfKeras2AreReadAsThoseOfKeras3() {
    Weights weights = fixture("old_layout.h5");
    assertThat(weights.names())
        .containsExactly("dw/kernel", "fc/kernel", "fc/bias", "inner/a/kernel", "inner/b/kernel");
    assertThat(weights.get("dw/kernel").shape()).isEqualTo(Shape.of(3, 3, 2, 1));
    assertThat(weights.get("fc/kernel").at(5)).isEqualTo(5);
    assertThat(weights.layerNames()).containsExactly("dw", "fc", "inner/a", "inner/b");
  }

  @Test
  void numbersOfOtherTypesAndLayoutsAreConverted() {
    Weights weights = fixture("types.h5");
    assertThat(weights.get("layer/half").toFloats()).containsExactly(0.5f, -2);
    assertThat(weights.get("layer/double").toFloats()).containsExactly(0.1f, 3);
    assertThat(weights.get("layer/big_endian").toFloats()).containsExactly(1.5f, -2.5f);
    assertThat(weights.get("layer/packed"))
        .isEqualTo(HostArray.filled(weights.get("layer/packed").type(), 7));
    assertThat(weights.get("layer/packed").shape()).isEqualTo(Shape.of(50, 4));
    assertThat(weights.get("layer/count")).isEqualTo(HostArray.scalar(12));
    assertThat(weights.get("layer/unsigned").toInts()).containsExactly(200);
    assertThat(weights.get("layer/scalar")).isEqualTo(HostArray.scalar(2.5f));
    assertThat(weights.get("layer/none").type().dataType()).isEqualTo(DataType.FLOAT32);
    assertThat(weights.get("layer/none").elementCount()).isZero();
  }

  // ---- recognizing

  @Test
  void hdf5FilesAreRecognizedByTheirSignature() {
    byte[] signature = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n', 0, 0};
    byte[] later = new byte[2048];
    System.arraycopy(signature, 0, later, 1024, 8);
    KerasLegacyHdf5 format = new KerasLegacyHdf5();
    assertThat(format.recognizes(Path.of("x.h5"), signature)).isTrue();
    assertThat(format.recognizes(Path.of("x.hdf5"), later)).isTrue();
    assertThat(format.recognizes(Path.of("x.weights.h5"), signature)).isFalse();
    assertThat(format.recognizes(Path.of("x.h5"), Arrays.copyOf(signature, 7))).isFalse();
    assertThat(format.recognizes(Path.of("x.h5"), new byte[0])).isFalse();
    assertThat(format.recognizes(Path.of("x.h5"), "PK".getBytes(StandardCharsets.US_ASCII)))
        .isFalse();
  }

  // ---- files that are damaged or made to do harm

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "huge_chunked.h5 | [1099511627776]",
        "large_chunked.h5 | [268435456]",
        "huge_contiguous.h5 | [16384, 16384]",
        "unwritten.h5 | never written",
        "texts.h5 | not numbers",
        "missing_array.h5 | there is no \"layer\"",
        "group_for_array.h5 | a group where an array",
        "large_count.h5 | integer overflow",
        "soft_link.h5 | a link",
        "external_link.h5 | a link",
        "cycle.h5 | there is no \"kernel:0\"",
        "no_layer_names.h5 | no attribute \"layer_names\"",
        "keras3_weights.h5 | the layout of Keras 3",
        "numbers_for_names.h5 | \"layer_names\" does not hold strings",
        "array_for_layer.h5 | an array where a group",
        "missing_layer.h5 | there is no \"layer\"",
        "no_weight_names.h5 | no attribute \"weight_names\"",
        "twice.h5 | two arrays named \"layer/kernel\"",
      })
  void aFileThatCannotBeTrustedIsRefusedNamingFileAndReason(String name, String reason) {
    assertThatThrownBy(() -> fixture(name))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(reason)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
  }

  @Test
  void messagesNameThePlace() {
    assertThatThrownBy(() -> fixture("texts.h5")).hasMessageContaining("at /layer/layer/kernel:0,");
  }

  @Test
  void whatIsNotHdf5IsRefused(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("text.h5"), "this is not HDF5");
    Path empty = Files.createFile(folder.resolve("empty.h5"));
    for (Path file : new Path[] {text, empty}) {
      assertThatThrownBy(() -> KerasLegacyHdf5.load(file))
          .hasMessageContaining("not HDF5")
          .hasMessageContaining(file.toString())
          .extracting(error -> ((EspalierException) error).code())
          .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
    }
  }

  @Test
  void heapThatIsTooSmallIsNoDamage() {
    Path file = Path.of("large.h5");
    Hdf5Nodes nodes = new Hdf5Nodes("large.h5", 100 << 20);
    RuntimeException wrapped = new IllegalStateException(new OutOfMemoryError("Java heap space"));
    EspalierException small = Hdf5File.refused(file, nodes, wrapped, 256 << 20);
    assertThat(small.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
    assertThat(small)
        .hasMessageContaining("not enough memory for the weight file large.h5")
        .hasMessageContaining("-Xmx");
    EspalierException damaged = Hdf5File.refused(file, nodes, wrapped, 4L << 30);
    assertThat(damaged.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
    RuntimeException other = new IllegalStateException("bad");
    assertThat(Hdf5File.refused(file, nodes, other, 256 << 20).code())
        .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
  }

  @Test
  void whatIsNotThereIsReportedAsUnreadable(@TempDir Path folder) {
    for (Path file : new Path[] {folder, folder.resolve("absent.h5")}) {
      assertThatThrownBy(() -> KerasLegacyHdf5.load(file))
          .hasMessageContaining(file.toString())
          .extracting(error -> ((EspalierException) error).code())
          .isEqualTo(ErrorCode.FILE_NOT_READABLE);
    }
  }

  @Test
  void aTruncatedFileIsRefusedWhereverItEnds(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(SharedData.path("golden/efficientnet_narrow.h5"));
    for (double part : new double[] {0.0001, 0.01, 0.3, 0.5, 0.9, 0.999, 0.9999995}) {
      Path cut = folder.resolve("cut.h5");
      Files.write(cut, Arrays.copyOf(whole, (int) (part * whole.length)));
      assertThatThrownBy(() -> KerasLegacyHdf5.load(cut))
          .as("cut to %s", part)
          .isInstanceOf(EspalierException.class)
          .extracting(error -> ((EspalierException) error).code())
          .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
    }
  }
}
