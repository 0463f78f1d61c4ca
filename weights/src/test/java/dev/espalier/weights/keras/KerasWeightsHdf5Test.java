package dev.espalier.weights.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Size2d;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.MaxPooling2D;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KerasWeightsHdf5Test {
  /** The small model, with names of its own and the second dense layer of a branch before. */
  private static Model ours() {
    LayerOutput image = Input.image(12, 10, 1);
    LayerOutput x = Conv2D.of(6, 3).named("first").on(image);
    x = MaxPooling2D.of(2).on(x);
    x = Conv2D.of(8, 3).kernelSize(new Size2d(3, 2)).padding(Padding.SAME).named("second").on(x);
    x = Flatten.create().on(MaxPooling2D.of(2).on(x));
    x = Dense.of(9).named("wide").on(Dense.of(32).useBias(false).named("more").on(x));
    return Model.of(image, Dense.of(4).named("last").on(x));
  }

  @Test
  void arraysHaveTheNamesOfLayersAndVariables() {
    Weights weights = KerasWeightsHdf5.load(Fixtures.keras("cnn.weights.h5"));
    assertThat(weights.names())
        .containsExactly(
            "conv2d/kernel",
            "conv2d/bias",
            "conv2d_1/kernel",
            "conv2d_1/bias",
            "dense/kernel",
            "dense/bias",
            "dense_1/kernel",
            "dense_1/bias");
    assertThat(weights.metadata())
        .containsEntry(WeightTransfer.FILE_KEY, "cnn.weights.h5")
        .containsEntry(WeightTransfer.ORDER_KEY, WeightTransfer.ORDER_BY_TYPE);
    assertThat(weights).isEqualTo(KerasLegacyHdf5.load(Fixtures.keras("cnn.h5")));
    assertThat(weights).isEqualTo(KerasArchive.load(Fixtures.keras("cnn.keras")));
  }

  @Test
  void groupsOfAttentionAndOfLayersInsideModelsAreNamed() {
    Weights weights = KerasWeightsHdf5.load(Fixtures.path("keras3_tree.h5"));
    assertThat(weights.names())
        .containsExactly(
            "batch_normalization/0",
            "batch_normalization/1",
            "batch_normalization/2",
            "conv2d_2/kernel",
            "conv2d_10/kernel",
            "inner/a/kernel",
            "attention/query/kernel",
            "attention/query/bias",
            "attention/key/kernel",
            "attention/value/kernel",
            "attention/attention_output/kernel",
            "separable_conv2d/depthwise/kernel",
            "separable_conv2d/pointwise/kernel");
  }

  @Test
  void layersOfAModelAreFoundByTypeAndOrder() {
    Weights weights = KerasWeightsHdf5.load(Fixtures.keras("cnn.weights.h5"));
    Model model = ours().removeLayer("more");
    WeightTransfer transfer = WeightTransfer.exactlyOrInOrder(model, weights);
    assertThat(transfer.missing()).isEmpty();
    assertThat(transfer.model().weights().get("second/kernel"))
        .isEqualTo(weights.get("conv2d_1/kernel"));
    assertThat(transfer.model().weights().get("last/bias")).isEqualTo(weights.get("dense_1/bias"));
  }

  @Test
  void anotherModelIsRefused() {
    Weights weights = KerasWeightsHdf5.load(Fixtures.keras("cnn.weights.h5"));
    assertThatThrownBy(() -> WeightTransfer.exactlyOrInOrder(ours(), weights))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("The file cnn.weights.h5 has 4 layers with weights, the model")
        .hasMessageContaining("has 5");
  }

  @ParameterizedTest
  @CsvSource({
    "cnn.weights.h5, keras-weights-hdf5",
    "cnn.h5, keras-legacy-hdf5",
    "cnn.keras, keras-archive",
  })
  void theContentDecidesWhatTheFormatIs(String name, String format, @TempDir Path folder)
      throws IOException {
    Path renamed =
        Files.copy(
            Fixtures.keras(name),
            folder.resolve(name.endsWith(".keras") ? "copy.keras" : "copy.h5"));
    byte[] head = Arrays.copyOf(Files.readAllBytes(renamed), 4096);
    assertThat(new dev.espalier.weights.WeightsPlugin().weightFormats())
        .filteredOn(each -> each.recognizes(renamed, head))
        .extracting(each -> each.name())
        .containsExactly(format);
    assertThat(
            new dev.espalier.weights.WeightsPlugin()
                .weightFormats().stream()
                    .filter(each -> each.recognizes(renamed, head))
                    .findFirst()
                    .orElseThrow()
                    .read(renamed)
                    .names())
        .hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"old_layout.h5", "no_layer_names.h5"})
  void aFileOfAnotherLayoutIsRefused(String name) {
    assertThatThrownBy(() -> KerasWeightsHdf5.load(Fixtures.path(name)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(name)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
  }

  @Test
  void twoLayersOfOneNameAreRefused() {
    assertThatThrownBy(() -> KerasWeightsHdf5.load(Fixtures.path("keras3_twice.h5")))
        .hasMessageContaining("two arrays named \"same/kernel\"");
  }

  @Test
  void groupsThatContainThemselvesAreRefused() {
    assertThatThrownBy(() -> KerasWeightsHdf5.load(Fixtures.path("keras3_cycle.h5")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("keras3_cycle.h5");
  }

  @Test
  void writtenFilesAreReadAsTheModelTheyAreOf(@TempDir Path folder) {
    Path file = folder.resolve("written.weights.h5");
    Model model = KerasModel.load(Fixtures.keras("cnn.keras"));
    KerasWeightsHdf5.save(file, model);
    assertThat(KerasWeightsHdf5.load(file).differences(model.weights())).isEmpty();
    assertThat(folder.toFile().list()).containsExactly("written.weights.h5");
    try (HdfFile hdf = new HdfFile(file)) {
      assertThat(((Group) hdf.getChild("layers")).getChildren())
          .as("what Keras looks for")
          .containsOnlyKeys("conv2d", "conv2d_1", "dense", "dense_1");
    }
    assertThatThrownBy(() -> KerasWeightsHdf5.save(file.resolve("b.weights.h5"), model))
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.FILE_NOT_WRITABLE);
  }

  @Test
  void aModelWithoutValuesIsNotWritten(@TempDir Path folder) {
    LayerOutput image = Input.image(4, 4, 1);
    Model model = Model.of(image, Conv2D.of(1, 1).on(image));
    assertThatThrownBy(() -> KerasWeightsHdf5.save(folder.resolve("a.weights.h5"), model))
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.MISSING_WEIGHTS);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theStateOfTrainingIsLeftOut(@TempDir Path folder) {
    Path file = folder.resolve("trained.weights.h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putGroup("layers").putGroup("dense").putGroup("vars").putDataset("0", new float[] {1, 2});
      hdf.putGroup("optimizer").putGroup("vars").putDataset("0", new float[] {3, 4});
    }
    assertThat(KerasWeightsHdf5.load(file).names())
        .hasSize(1)
        .allMatch(name -> name.contains("dense"));
  }
}
