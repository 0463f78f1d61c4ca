package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Padding;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Add;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Multiply;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.pooling.GlobalMaxPooling2D;
import dev.espalier.layer.pooling.MaxPooling2D;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The golden files were printed by Keras 3.15.1 on a terminal of 80 columns. One size differs: the
 * counter of a Normalization, which Keras on TensorFlow keeps in 8 bytes, takes 4 here as in Keras
 * on JAX.
 */
class ModelSummaryTest {
  @Test
  void chainHasThreeColumns() {
    LayerOutput input = Input.of(3);
    assertThat(Model.of(input, Dense.of(2).on(input)).summary()).isEqualTo(golden("chain"));
  }

  @Test
  void sequentialIsShownWithoutItsInput() {
    Model model =
        Sequential.of(
            Input.image(32, 32, 3),
            Conv2D.of(8, 3).padding(Padding.SAME).activation(Activation.RELU),
            BatchNormalization.create(),
            MaxPooling2D.of(2),
            Flatten.create(),
            Dropout.of(0.5),
            Dense.of(10)
                .activation(Activation.SOFTMAX)
                .named("a_layer_with_a_name_that_is_much_too_long_for_its_column"));
    assertThat(model.summary(options -> options.trainable(true))).isEqualTo(golden("sequential"));
  }

  @Test
  void branchesAddTheConnections() {
    assertThat(branched().summary()).isEqualTo(golden("branched"));
  }

  @Test
  void trainableColumnTellsWhatIsFrozen() {
    assertThat(branched().summary(options -> options.trainable(true)))
        .isEqualTo(golden("branched-trainable"));
  }

  @Test
  void widerTableWrapsLess() {
    assertThat(branched().summary(options -> options.width(108)))
        .isEqualTo(golden("branched-wide"));
  }

  @Test
  void connectionsCanBeHiddenAndShown() {
    LayerOutput input = Input.of(3);
    Model chain = Model.of(input, Dense.of(2).on(input));
    assertThat(chain.summary(options -> options.connections(true))).contains("input_layer[0][0]");
    assertThat(branched().summary(options -> options.connections(false)))
        .doesNotContain("Connected to");
  }

  @Test
  void sharedLayerStandsOnceWithAllItsConnections() {
    LayerOutput input = Input.of(8);
    Layer shared = Dense.of(4).named("shared");
    LayerOutput activation = ActivationLayer.of(Activation.RELU).on(input);
    Model model = Model.of(input, Add.create().on(shared.on(input), shared.on(activation)));
    assertThat(model.summary()).isEqualTo(golden("shared"));
  }

  @Test
  void layerAppliedTwiceInARowIsNoChain() {
    LayerOutput input = Input.of(8);
    Layer twice = Dense.of(8).named("twice");
    assertThat(Model.of(input, twice.on(twice.on(input))).summary())
        .isEqualTo(golden("shared-chain"));
  }

  @Test
  void nestedModelIsOneRow() {
    assertThat(nested().summary()).isEqualTo(golden("nested"));
  }

  @Test
  void nestedModelIsExpandedWhenAsked() {
    assertThat(nested().summary(options -> options.nested(true).trainable(true)))
        .isEqualTo(golden("nested-expanded"));
  }

  @Test
  void nestingIsIndentedByDepth() {
    LayerOutput innerInput = Input.named("input_layer", 8, 8, 3);
    Model inner =
        Model.of(innerInput, Conv2D.of(4, 3).named("conv").on(innerInput)).withName("inner");
    LayerOutput middleInput = Input.named("input_layer_1", 8, 8, 3);
    LayerOutput x = inner.on(middleInput);
    Model sequential =
        Sequential.of(
                Input.image(6, 6, 4),
                ActivationLayer.of(Activation.RELU).named("act"),
                Conv2D.of(4, 1).named("c"))
            .withName("seq");
    Model deep =
        Model.of(middleInput, Add.create().named("add").on(x, sequential.on(x))).withName("deep");
    LayerOutput input = Input.named("input_layer_3", 8, 8, 3);
    LayerOutput w = deep.on(input);
    LayerOutput activation = ActivationLayer.of(Activation.RELU).on(w);
    Model model =
        Model.of(input, Multiply.create().named("multiply").on(w, activation)).withName("deeper");
    assertThat(model.summary(options -> options.nested(true))).isEqualTo(golden("nested-branched"));
  }

  @Test
  void severalInputsAreListed() {
    LayerOutput left = Input.named("left", 4);
    LayerOutput right = Input.named("right", 4);
    Model model = Model.of(List.of(left, right), List.of(Concatenate.create().on(left, right)));
    assertThat(model.summary()).isEqualTo(golden("two-inputs"));
  }

  @Test
  void tooNarrowTableIsRefused() {
    assertThatThrownBy(() -> branched().summary(options -> options.width(10)))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("does not fit into 10 characters");
    assertThat(branched().summary(options -> options.width(26))).contains("Total params");
  }

  private static Model branched() {
    LayerOutput input = Input.image(224, 224, 3);
    LayerOutput x = Rescaling.of(1 / 255.0).on(input);
    x = Normalization.create().on(x);
    x = ZeroPadding2D.of(0, 1, 0, 1).named("stem_conv_pad").on(x);
    x = Conv2D.of(32, 3).strides(2).useBias(false).named("stem_conv").on(x);
    LayerOutput y = DepthwiseConv2D.of(3).padding(Padding.SAME).named("block1a_dwconv").on(x);
    y = GlobalAveragePooling2D.create().named("block1a_se_squeeze_with_a_long_name").on(y);
    y = Reshape.of(1, 1, 32).named("block1a_se_reshape").on(y);
    LayerOutput z = Multiply.create().named("block1a_se_excite").on(x, y);
    z = Add.create().on(z, x);
    LayerOutput joined = Concatenate.create().on(z, x, z);
    LayerOutput output = Dense.of(100_000).on(GlobalMaxPooling2D.create().on(joined));
    return Model.of(input, output).withName("branched").freeze("stem_conv");
  }

  private static Model nested() {
    LayerOutput baseInput = Input.named("input_layer", 8, 8, 3);
    LayerOutput conv = Conv2D.of(4, 3).named("conv").on(baseInput);
    LayerOutput swish = ActivationLayer.of(Activation.SWISH).on(conv);
    Model base = Model.of(baseInput, Add.create().on(conv, swish)).withName("base").freeze();
    LayerOutput input = Input.named("input_layer_1", 8, 8, 3);
    LayerOutput pooled = GlobalAveragePooling2D.create().on(base.on(input));
    return Model.of(input, Dense.of(5).named("pred").on(pooled)).withName("outer");
  }

  private static String golden(String name) {
    String path = "/summary/" + name + ".txt";
    try (InputStream in = ModelSummaryTest.class.getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
