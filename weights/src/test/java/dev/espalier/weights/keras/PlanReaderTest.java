package dev.espalier.weights.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.activation.LeakyRelu;
import dev.espalier.activation.Relu;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.weights.keras.ModelPlan.LayerPlan;
import dev.espalier.weights.keras.ModelPlan.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanReaderTest {
  private final Problems problems = new Problems(Path.of("model.keras"));

  /** Reads a functional model of an input and one layer, in the spelling of Keras 3. */
  private LayerPlan layer(String className, String config, String arguments, String named) {
    String json =
        """
        {'class_name': 'Functional', 'config': {'name': 'f', 'layers': [
          {'class_name': 'InputLayer', 'name': 'in', 'inbound_nodes': [],
           'config': {'name': 'in', 'batch_shape': [null, 4, 6]}},
          {'class_name': '%s', 'name': 'it', 'config': {'name': 'it'%s},
           'inbound_nodes': [{'args': [%s], 'kwargs': {%s}}]}],
          'input_layers': ['in', 0, 0], 'output_layers': {'result': ['it', 0, 0]}}}
        """
            .formatted(className, config, arguments, named)
            .replace('\'', '"');
    ModelPlan plan = new PlanReader(problems, false).model(KerasJson.parse(problems, "it", json));
    assertThat(plan.inputs()).containsExactly(new Source("in", 0, 0));
    assertThat(plan.outputs()).containsExactly(new Source("it", 0, 0));
    return plan.layers().get(1);
  }

  private static final String TENSOR =
      "{'class_name': '__keras_tensor__', 'config': {'keras_history': ['in', 0, 0]}}";

  private static Layer made(LayerPlan plan) {
    return Objects.requireNonNull(plan.factory()).layer(List.of());
  }

  private void assertUnsupported(String what) {
    assertThatThrownBy(problems::throwIfUnsupported).hasMessageContaining(what);
  }

  @Test
  void aLayerThatIsCalledWithoutTrainingIsFrozenOrDropsNothing() {
    assertThat(layer("BatchNormalization", "", TENSOR, "'training': false").trainable()).isFalse();
    assertThat(layer("BatchNormalization", "", TENSOR, "'mask': null").trainable()).isTrue();
    assertThat(made(layer("Dropout", ", 'rate': 0.3", TENSOR, "'training': false")))
        .isEqualTo(Dropout.of(0));
    assertThat(made(layer("Dropout", ", 'rate': 0.3", TENSOR, ""))).isEqualTo(Dropout.of(0.3));
    problems.throwIfUnsupported();
  }

  /** It drops whole samples, whatever else an array has. */
  @Test
  void stochasticDepthIsADropoutOfSamples() {
    String rate = ", 'drop_path_rate': 0.2";
    assertThat(stochasticDepth(layer("StochasticDepth", rate, TENSOR, ""), Input.image(8, 8, 3)))
        .isEqualTo(Dropout.of(0.2).noiseShape(-1, 1, 1, 1));
    assertThat(stochasticDepth(layer("StochasticDepth", rate, TENSOR, ""), Input.of(4, 6)))
        .isEqualTo(Dropout.of(0.2).noiseShape(-1, 1, 1));
    assertThat(
            stochasticDepth(
                layer("StochasticDepth", rate, TENSOR, "'training': false"), Input.of(4, 6)))
        .isEqualTo(Dropout.of(0).noiseShape(-1, 1, 1));
    problems.throwIfUnsupported();
    assertThatThrownBy(() -> layer("StochasticDepth", ", 'drop_path_rate': 2", TENSOR, ""))
        .hasMessageContaining("rate of a dropout layer");
  }

  private static Layer stochasticDepth(LayerPlan plan, LayerOutput input) {
    return Objects.requireNonNull(plan.factory()).layer(List.of(input));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dropout", "BatchNormalization", "StochasticDepth"})
  void aLayerThatIsAlwaysInTrainingIsUnsupported(String className) {
    layer(className, "", TENSOR, "'training': true");
    assertUnsupported("it (" + className + "): called with the argument training");
  }

  @Test
  void theArgumentsOfAttentionAreItsInputs() {
    String heads = ", 'num_heads': 2, 'key_dim': 3";
    LayerPlan plan =
        layer(
            "MultiHeadAttention",
            heads,
            TENSOR + ", " + TENSOR + ", null",
            "'attention_mask': " + TENSOR + ", 'use_causal_mask': true");
    assertThat(plan.uses().get(0)).hasSize(3);
    assertThat(made(plan))
        .isEqualTo(MultiHeadAttention.of(2, 3).useCausalMask(true).attentionMask(true));
    LayerPlan byName =
        layer("MultiHeadAttention", heads, TENSOR, "'value': " + TENSOR + ", 'key': " + TENSOR);
    assertThat(byName.uses().get(0)).hasSize(3);
    assertThat(made(byName)).isEqualTo(MultiHeadAttention.of(2, 3));
    problems.throwIfUnsupported();
    layer("MultiHeadAttention", heads, TENSOR, "'return_attention_scores': true");
    assertUnsupported("called with the argument return_attention_scores");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Softmax | , 'axis': 1 | axis 1",
        "Dense | , 'units': 2, 'activation': 'sparse_thing' | activation \"sparse_thing\"",
        "Dense | , 'units': 2, 'kernel_regularizer': {'class_name': 'Orthogonal', 'config': {}}"
            + " | kernel_regularizer",
        "Embedding | , 'input_dim': 5, 'output_dim': 2, 'mask_zero': true | mask_zero true",
        "Resizing | , 'height': 2, 'width': 2, 'interpolation': 'bicubic' | interpolation",
        "BatchNormalization | , 'axis': null | axis null",
        "RandomCrop | , 'height': 2, 'width': 2 | no such layer",
        "Lambda | , 'function': 'x' | runs Python code",
      })
  void settingsWithoutCounterpartAreNoted(String className, String config, String what) {
    layer(className, config, TENSOR, "");
    assertUnsupported("it (" + className + "): " + what);
  }

  @Test
  void layersThatOnlyATrainingInKerasNeedsAreLeftOutAndListed() {
    assertThat(problems.leftOutMessage()).isNull();
    assertThat(made(layer("RandomFlip", ", 'mode': 'horizontal'", TENSOR, "")))
        .isEqualTo(ActivationLayer.of(Activation.LINEAR));
    assertThat(made(layer("GaussianNoise", ", 'stddev': 0.1", TENSOR, "")))
        .isEqualTo(ActivationLayer.of(Activation.LINEAR));
    problems.throwIfUnsupported();
    assertThat(problems.leftOutMessage())
        .contains("are left out: it (RandomFlip), it (GaussianNoise). Predictions are the same.");
  }

  @Test
  void reluKeepsItsParameters() {
    assertThat(made(layer("ReLU", ", 'max_value': 6.0, 'threshold': 0.0", TENSOR, "")))
        .isEqualTo(ActivationLayer.of(Activation.RELU6));
    assertThat(made(layer("ReLU", ", 'negative_slope': 0.1", TENSOR, "")))
        .isEqualTo(ActivationLayer.of(new LeakyRelu(0.1)));
    assertThat(made(layer("ReLU", ", 'max_value': 4, 'threshold': 1", TENSOR, "")))
        .isEqualTo(ActivationLayer.of(new Relu(4, 0, 1)));
    assertThat(made(layer("ReLU", ", 'max_value': 6.0, 'negative_slope': 0.1", TENSOR, "")))
        .isEqualTo(ActivationLayer.of(new Relu(6, 0.1, 0)));
  }

  @Test
  void numbersInPlaceOfLayersAreUnsupported() {
    layer("Add", "", TENSOR + ", 2.0", "");
    assertUnsupported("called with something else than outputs of layers");
  }
}
