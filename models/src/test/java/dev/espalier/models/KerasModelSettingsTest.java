package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.weights.keras.KerasModel;
import dev.espalier.weights.keras.KerasWeightsHdf5;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reading and writing of Keras' models does that hardly changes outputs. */
class KerasModelSettingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"resnet.keras", "resnet.h5", "resnet_keras2.h5", "resnet_unnamed.keras"})
  void batchNormalizationsHaveTheSettingsOfTheFile(String file) {
    Model model = KerasModel.load(Resources.keras(file));
    assertThat(model.layer("stem_bn").layer())
        .isEqualTo(BatchNormalization.create().epsilon(1.1e-5));
    assertThat(model.layer("res0_1_bn").layer())
        .isEqualTo(BatchNormalization.create().momentum(0.9));
    assertThat(model.layer("res0_2_bn").layer())
        .isEqualTo(BatchNormalization.create().scale(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "resnet", "two_outputs", "image_layers"})
  void theWeightsOfAModelAreWrittenAsKerasWritesThem(String name, @TempDir Path folder) {
    Path file = folder.resolve(name + ".weights.h5");
    KerasWeightsHdf5.save(file, KerasModel.load(Resources.keras(name + ".keras")));
    Weights written = KerasWeightsHdf5.load(file);
    assertThat(written.differences(KerasWeightsHdf5.load(Resources.keras(name + ".weights.h5"))))
        .isEmpty();
  }

  @Test
  void otherNormalizationsHaveTheSettingsOfTheFile() {
    Model model = KerasModel.load(Resources.keras("image_layers.keras"));
    assertThat(model.layer("layer_norm").layer())
        .isEqualTo(LayerNormalization.create().epsilon(1e-5));
    assertThat(model.layer("no_beta").layer()).isEqualTo(BatchNormalization.create().center(false));
  }
}
