package dev.espalier.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of {@code src/test/python/make_pytorch_fixtures.py}. */
class PyTorchFormatTest {
  static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(PyTorchFormatTest.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static float[] counting(int from, int count) {
    float[] values = new float[count];
    IntStream.range(0, count).forEach(i -> values[i] = from + i);
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state_dict.pth",
        "protocol3.pth",
        "protocol4.pth",
        "protocol5.pth",
        "legacy.pth",
        "wrapped.pth",
        "lightning.ckpt"
      })
  void readsWhatWasSaved(String name) {
    Weights weights = PyTorchFormat.load(file(name));
    assertThat(weights.names())
        .containsExactly(
            "conv.weight",
            "conv.bias",
            "bn.weight",
            "bn.bias",
            "bn.running_mean",
            "bn.running_var",
            "bn.num_batches_tracked");
    assertThat(weights.get("conv.weight"))
        .isEqualTo(HostArray.wrap(Shape.of(3, 2, 2, 2), counting(0, 24)));
    assertThat(weights.get("bn.bias")).isEqualTo(HostArray.wrap(Shape.of(3), counting(300, 3)));
    assertThat(weights.get("bn.running_var")).isEqualTo(HostArray.wrap(Shape.of(3), 1, 1, 1));
    assertThat(weights.get("bn.num_batches_tracked")).isEqualTo(HostArray.scalar(0));
  }

  @Test
  void readsParametersAsTensors() {
    assertThat(PyTorchFormat.load(file("parameters.pth")).names())
        .containsExactly("conv.weight", "conv.bias", "bn.weight", "bn.bias");
  }

  @ParameterizedTest
  @CsvSource({"timm_checkpoint.pth.tar, state_dict_ema", "torchvision_checkpoint.pth, model_ema"})
  void takesTheMovingAveragesOfACheckpoint(String name, String entry) {
    Weights weights = PyTorchFormat.load(file(name));
    assertThat(weights.names()).hasSize(7).contains("conv.weight", "bn.running_mean");
    assertThat(weights.get("conv.weight").at(0)).isEqualTo(1000);
    assertThat(weights.metadata()).containsEntry(PyTorchFormat.ENTRY_KEY, entry);
  }

  @Test
  void keepsTheNameOfTheModelThatTimmTrained() {
    assertThat(PyTorchFormat.load(file("timm_checkpoint.pth.tar")).metadata())
        .containsEntry(WeightNames.ARCHITECTURE_KEY, "tf_efficientnet_b0");
    assertThat(PyTorchFormat.load(file("state_dict.pth")).metadata())
        .containsOnlyKeys(WeightTransfer.FILE_KEY);
  }

  @Test
  void readsTensorsThatAreViewsOfOthers() {
    Weights weights = PyTorchFormat.load(file("strides.pth"));
    HostArray whole = HostArray.wrap(Shape.of(2, 3, 2, 2), counting(0, 24));
    assertThat(weights.get("same")).isEqualTo(whole);
    assertThat(weights.get("channels_last")).isEqualTo(whole);
    assertThat(weights.get("transposed").shape()).isEqualTo(Shape.of(6, 4));
    assertThat(weights.get("transposed").at(1)).isEqualTo(6);
    assertThat(weights.get("part")).isEqualTo(HostArray.wrap(Shape.of(2, 2), 8, 9, 14, 15));
    assertThat(weights.get("expanded")).isEqualTo(HostArray.wrap(Shape.of(3), 5, 5, 5));
    assertThat(weights.get("empty").shape()).isEqualTo(Shape.of(0, 3));
    assertThat(weights.get("scalar")).isEqualTo(HostArray.scalar(2.5f));
  }

  @ParameterizedTest
  @CsvSource({
    "float32, FLOAT32",
    "float64, FLOAT32",
    "float16, FLOAT32",
    "bfloat16, FLOAT32",
    "int8, INT32",
    "int16, INT32",
    "int32, INT32",
    "int64, INT32",
    "uint8, UINT8"
  })
  void readsElementsOfEachType(String name, DataType type) {
    HostArray array = PyTorchFormat.load(file("types.pth")).get(name);
    assertThat(array.dataType()).isEqualTo(type);
    assertThat(IntStream.range(0, 4).mapToDouble(array::at)).containsExactly(0.0, 1.0, 2.0, 100.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "command.pth        | names the Python function or class \"posix.system\" | was not called",
        "command_legacy.pth | names the Python function or class \"posix.system\" | was not called",
        "whole_model.pth    | whole pickled model (its class is \"torch.nn.modules.container.Sequential\") | model.state_dict()",
        "script.pt          | is a TorchScript program, not a file of weights | torch.jit.load(\"script.pt\").state_dict()",
        "optimizer.pth      | contains no weights where checkpoints have them | \"optimizer\", \"epoch\"",
        "list.pth           | contains a list of 2 values, not the weights of a model | model.state_dict()",
        "plain_pickle.pth   | neither a zip archive nor what torch.save wrote | torch.save(model.state_dict()",
        "large_integer.pth  | the tensor \"a\", a 64-bit integer does not fit | save it again"
      })
  void namesWhatItRefusesAndWhatToDo(String name, String problem, String more) {
    assertThatThrownBy(() -> PyTorchFormat.load(file(name)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(problem)
        .hasMessageContaining(more)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
    assertThat(Path.of("pwned")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"state_dict.pth", "legacy.pth"})
  void refusesEachTruncation(String name, @TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(file(name));
    for (int length = 0; length < whole.length; length += 7) {
      Path cut = Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PyTorchFormat.load(cut))
          .as("%s bytes", length)
          .isInstanceOf(EspalierException.class)
          .extracting(error -> ((EspalierException) error).code())
          .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
    }
  }

  @Test
  void noticesAChangedElementByTheChecksum(@TempDir Path folder) throws IOException {
    byte[] bytes = Files.readAllBytes(file("state_dict.pth"));
    byte[] weights = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40}; // 1, 2, 3
    int at =
        new String(bytes, StandardCharsets.ISO_8859_1)
            .indexOf(new String(weights, StandardCharsets.ISO_8859_1));
    bytes[at] = 1;
    Path changed = Files.write(folder.resolve("changed.pth"), bytes);
    assertThatThrownBy(() -> PyTorchFormat.load(changed))
        .hasMessageContaining("its checksum is wrong, so the file is damaged");
  }

  @Test
  void recognizesFilesByContentOrName() {
    PyTorchFormat format = new PyTorchFormat();
    byte[] keras = {'P', 'K', 3, 4};
    assertThat(format.recognizes(Path.of("a.pth"), new byte[0])).isTrue();
    assertThat(format.recognizes(Path.of("a.PT"), new byte[0])).isTrue();
    assertThat(format.recognizes(Path.of("a.keras"), keras)).isFalse();
    assertThat(format.recognizes(Path.of("a"), head("state_dict.pth"))).isTrue();
    assertThat(format.recognizes(Path.of("a"), head("legacy.pth"))).isTrue();
    assertThat(format.recognizes(Path.of("a"), new byte[0])).isFalse();
  }

  private static byte[] head(String name) {
    try {
      return Arrays.copyOf(Files.readAllBytes(file(name)), 1000);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
