package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Add;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.ChannelSplit;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Multiply;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.attention.ClassToken;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.layer.attention.PositionEmbedding;
import dev.espalier.layer.attention.SelectPosition;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps docs/guide/layers.md true: its table is complete, its code is compiled here. */
class LayersGuideTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (?:`Activation` \\()?`(\\w+)`");
  private static final Pattern CODE = Pattern.compile("(?ms)^```java\n(.*?)^```");

  private static String guide() throws IOException {
    return Files.readString(Path.of("../docs/guide/layers.md"));
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
  }

  @Test
  void itsTableHasEachLayerInOrder() throws IOException {
    List<String> rows = ROW.matcher(guide()).results().map(row -> row.group(1)).toList();

    assertThat(rows)
        .isSorted()
        .containsExactlyInAnyOrderElementsOf(
            PluginRegistry.builder().build().layerTypes().keySet());
  }

  @Test
  void itsCodeIsThatOfThisTest() throws IOException {
    String source =
        unindented(
            Files.readString(Path.of("src/test/java/dev/espalier/rules/LayersGuideTest.java")));
    List<String> shown =
        CODE.matcher(guide()).results().map(block -> unindented(block.group(1))).toList();

    assertThat(shown).hasSize(4).allSatisfy(code -> assertThat(source).contains(code));
  }

  @Test
  void itsTransformerIsAModel() {
    LayerOutput image = Input.image(32, 32, 3);
    LayerOutput x = Rescaling.of(1 / 127.5).offset(-1).on(image);
    x = Conv2D.of(64, 8).strides(8).named("patches").on(x);
    x = ClassToken.create().on(Reshape.of(16, 64).on(x));
    x = PositionEmbedding.create().on(x);
    for (int block = 0; block < 4; block++) {
      LayerOutput y = LayerNormalization.create().on(x);
      x = Add.create().on(x, MultiHeadAttention.of(4, 16).dropout(0.1).on(y));
      y = LayerNormalization.create().on(x);
      y = Dense.of(128).activation(Activation.GELU).on(y);
      x = Add.create().on(x, Dense.of(64).on(y));
    }
    x = SelectPosition.of(0).on(LayerNormalization.create().on(x));
    Model model = Model.of(image, Dense.of(10).activation(Activation.SOFTMAX).on(x));

    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 10));
    // Patches, token and positions, four blocks, the last normalization, the head.
    long block = 2 * 128 + 4 * (64 * 64 + 64) + (64 * 128 + 128) + (128 * 64 + 64);
    assertThat(model.parameterCount())
        .isEqualTo((8 * 8 * 3 * 64 + 64) + 64 + 17 * 64 + 4 * block + 128 + (64 * 10 + 10));
  }

  @Test
  void itsResNextBlockIsConnected() {
    LayerOutput y = resNextBlock(Input.image(8, 8, 256));

    assertThat(y.shape()).isEqualTo(Shape.of(-1, 8, 8, 256));
  }

  @Test
  void itsModelIsChanged() {
    Model model =
        Sequential.of(
            Input.named("image", 8),
            Dense.of(16).named("hidden"),
            Dropout.of(0.2).named("drop"),
            Dense.of(10).activation(Activation.SOFTMAX).named("pred"));
    Model changed =
        model
            .changeLayer("drop", Dropout.class, old -> Dropout.of(0.5))
            .insertAfter("image", Rescaling.of(1 / 255.0).named("scale"))
            .replaceLayer("pred", Dense.of(5).activation(Activation.SOFTMAX));
    Model features = changed.cutAt("hidden");

    assertThat(changed.layers())
        .extracting(ModelLayer::name)
        .containsExactly("image", "scale", "hidden", "drop", "pred");
    assertThat(changed.layer("drop").layer()).isEqualTo(Dropout.of(0.5));
    assertThat(changed.output().shape()).isEqualTo(Shape.of(-1, 5));
    assertThat(features.output().shape()).isEqualTo(Shape.of(-1, 16));
  }

  @Test
  void itsGateHasHalfTheChannels() {
    LayerOutput image = Input.image(8, 8, 6);
    Model model = Model.of(image, gated(image));

    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 8, 8, 3));
    assertThat(model.cutAt("split:1").output().outputName()).isEqualTo("split:1");
    assertThat(model.cutAt("split").outputs()).hasSize(2);
  }

  private static LayerOutput gated(LayerOutput x) {
    List<LayerOutput> halves = ChannelSplit.of(2).named("split").outputsOn(x);
    LayerOutput gate = ActivationLayer.of(Activation.SIGMOID).on(halves.get(1));
    return Multiply.create().on(halves.get(0), gate);
  }

  private static LayerOutput resNextBlock(LayerOutput x) {
    LayerOutput y = relu(normalized(Conv2D.of(128, 1).useBias(false).on(x)));
    y = Conv2D.of(128, 3).groups(32).padding(Padding.SAME).useBias(false).on(y);
    y = normalized(Conv2D.of(256, 1).useBias(false).on(relu(normalized(y))));
    return relu(Add.create().on(x, y));
  }

  private static LayerOutput normalized(LayerOutput x) {
    return BatchNormalization.create().on(x);
  }

  private static LayerOutput relu(LayerOutput x) {
    return ActivationLayer.of(Activation.RELU).on(x);
  }
}
