package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.internal.file.SafetensorsWriter;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link PluginRegistry#readWeights} does whatever the format of the file. */
class WeightFilesTest {
  private static final PluginRegistry REGISTRY = PluginRegistry.builder().build();

  @TempDir private Path folder;

  private Path weights(String name) {
    Path file = folder.resolve(name);
    SafetensorsWriter.write(file, Weights.of(Map.of("a/kernel", HostArray.scalar(1f))));
    return file;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b0.safetensors | version https://git-lfs.github.com/spec/v1 | is a pointer of Git LFS | git lfs pull",
        "b0.h5 | <!DOCTYPE html><html> | is a web page | Open the address in a browser",
        "b0.pth | ' <html lang=\"en\">' | is a web page | Open the address in a browser",
        "b0.h5 | <?xml version='1.0'?><Error> | is an XML document | correct the address",
        "b0.h5 | '' | is empty | checksum",
        "ckpt.tar.gz | '\u001f\u008b\b' | is compressed with gzip | tar -xzf",
        "b0.tflite | anything | is a TensorFlow Lite model | Keras' .h5",
        "b0.bin | 1234TFL3 | is a TensorFlow Lite model | PyTorch's .pth",
        "b0.onnx | anything | is an ONNX model | .safetensors",
        "saved_model.pb | anything | is a TensorFlow graph | variables/variables.index",
        "b0.gguf | GGUF | is a GGUF file | made to run a model"
      })
  void namesWhatIsNotAFileOfWeights(String name, String content, String what, String remedy)
      throws IOException {
    Path file = Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> REGISTRY.readWeights(file))
        .hasMessageContaining(name + " " + what)
        .hasMessageContaining(remedy)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
  }

  @Test
  void saysWhichFileOfAFolderToGive() throws IOException {
    assertThatThrownBy(() -> REGISTRY.readWeights(folder))
        .hasMessageContaining("is a folder, not a file of weights")
        .hasMessageContaining(".index");
    Files.createFile(folder.resolve("saved_model.pb"));
    assertThatThrownBy(() -> REGISTRY.readWeights(folder))
        .hasMessageContaining("is a SavedModel of TensorFlow")
        .hasMessageContaining("variables/variables.index");
  }

  @Test
  void thePrefixOfACheckpointMeansItsIndex() throws IOException {
    Files.writeString(
        folder.resolve("model.ckpt.index"), "version https://git-lfs.github.com/spec/v1");
    assertThatThrownBy(() -> REGISTRY.readWeights(folder.resolve("model.ckpt")))
        .hasMessageContaining("model.ckpt.index is a pointer of Git LFS");
    assertThatThrownBy(() -> REGISTRY.readWeights(folder.resolve("other.ckpt")))
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.FILE_NOT_READABLE);
  }

  @Test
  void weightsKnowTheNameOfTheirFile() {
    assertThat(REGISTRY.readWeights(weights("b0.safetensors")).metadata())
        .containsEntry(WeightTransfer.FILE_KEY, "b0.safetensors")
        .doesNotContainKey(WeightNames.ARCHITECTURE_KEY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"architecture\": \"tf_efficientnet_b0\", \"pretrained_cfg\": {\"tag\": \"ns_jft_in1k\"}} | tf_efficientnet_b0.ns_jft_in1k",
        "{\"architecture\": \"tf_efficientnet_b0\", \"pretrained_cfg\": {}} | tf_efficientnet_b0",
        "{\"architecture\": \"tf_efficientnet_b0\"} | tf_efficientnet_b0"
      })
  void weightsOfTheHubKnowTheirModel(String configuration, String name) throws IOException {
    Files.writeString(folder.resolve("config.json"), configuration);
    assertThat(REGISTRY.readWeights(weights("model.safetensors")).metadata())
        .containsEntry(WeightNames.ARCHITECTURE_KEY, name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{\"architecture\": 3}", "[1, 2]", "{", "{\"architectures\": [\"BertModel\"]}"})
  void configurationsOfOtherProgramsDoNotMatter(String configuration) throws IOException {
    Files.writeString(folder.resolve("config.json"), configuration);
    assertThat(REGISTRY.readWeights(weights("model.safetensors")).metadata())
        .doesNotContainKey(WeightNames.ARCHITECTURE_KEY);
  }
}
