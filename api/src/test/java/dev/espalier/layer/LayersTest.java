package dev.espalier.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.layer.preprocessing.Resizing;
import dev.espalier.model.Model;
import dev.espalier.model.ModelRunner;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static final HostArray PIXELS =
      HostArray.wrap(Shape.of(1, 1, 3, 3), 0, 0, 0, 128, 128, 128, 255, 255, 255);

  @Test
  void variablesHaveKerasNamesAndShapesInOrder() {
    LayerOutput input = Input.image(8, 8, 3);
    LayerOutput x = Normalization.create().on(input);
    x = Conv2D.of(4, 3).on(x);
    x = DepthwiseConv2D.of(3).on(x);
    x = BatchNormalization.create().on(x);
    Model model = Model.of(input, Dense.of(2).useBias(false).on(Flatten.create().on(x)));
    assertThat(model.variables())
        .extracting(variable -> variable.name() + " " + variable.type())
        .containsExactly(
            "normalization/mean float32(3,)",
            "normalization/variance float32(3,)",
            "normalization/count int32()",
            "conv2d/kernel float32(3, 3, 3, 4)",
            "conv2d/bias float32(4,)",
            "depthwise_conv2d/kernel float32(3, 3, 4, 1)",
            "depthwise_conv2d/bias float32(4,)",
            "batch_normalization/gamma float32(4,)",
            "batch_normalization/beta float32(4,)",
            "batch_normalization/moving_mean float32(4,)",
            "batch_normalization/moving_variance float32(4,)",
            "dense/kernel float32(64, 2)");
    assertThat(model.variables().stream().filter(Variable::trainable).map(Variable::name))
        .containsExactly(
            "conv2d/kernel",
            "conv2d/bias",
            "depthwise_conv2d/kernel",
            "depthwise_conv2d/bias",
            "batch_normalization/gamma",
            "batch_normalization/beta",
            "dense/kernel");
  }

  @Test
  void rescalingAndNormalizationGiveTheNumbersOfImageNetModels() {
    List<Double> mean = List.of(0.485, 0.456, 0.406);
    List<Double> variance = List.of(0.229, 0.224, 0.225);
    HostArray scaled = ModelRunner.infer(Rescaling.of(1 / 255.0), PIXELS);
    assertThat(scaled.toFloats()[3]).isCloseTo(0.50196f, within(1e-5f));
    HostArray old = ModelRunner.infer(Normalization.constant(mean, variance), scaled);
    assertClose(
        old, -1.01350, -0.96348, -0.85592, 0.03544, 0.09711, 0.20230, 1.07619, 1.14941, 1.25226);
    List<Double> factor = variance.stream().map(value -> 1 / Math.sqrt(value)).toList();
    HostArray renewed = ModelRunner.infer(Rescaling.perChannel(factor, List.of(0.0)), old);
    assertClose(
        renewed, -2.11790, -2.03571, -1.80444, 0.07406, 0.20518, 0.42649, 2.24891, 2.42857, 2.64);
  }

  @Test
  void rescalingAddsTheOffset() {
    assertClose(
        ModelRunner.infer(Rescaling.of(1 / 127.5).offset(-1), PIXELS),
        -1,
        -1,
        -1,
        0.00392,
        0.00392,
        0.00392,
        1,
        1,
        1);
    assertClose(
        ModelRunner.infer(Rescaling.perChannel(List.of(1.0), List.of(1.0, 2.0, 3.0)), PIXELS),
        1,
        2,
        3,
        129,
        130,
        131,
        256,
        257,
        258);
  }

  @Test
  void numbersPerChannelNeverChangeTheChannelCount() {
    HostArray grey = HostArray.wrap(Shape.of(1, 1, 1, 1), 3);
    List<Double> three = List.of(1.0, 2.0, 3.0);
    assertMessage(
        () -> ModelRunner.infer(Rescaling.perChannel(three, List.of(0.0)), grey),
        ErrorCode.SHAPE_MISMATCH,
        "In Rescaling: There are 3 numbers for the scale, but the input (None, 1, 1,"
            + " 1) has 1 channels. Give one value, or one value per channel. [ESP-101]");
    assertCode(
        () -> ModelRunner.infer(Normalization.constant(three, three), grey),
        ErrorCode.SHAPE_MISMATCH);
  }

  @Test
  void normalizationWithVariablesStartsAsIdentity() {
    assertThat(ModelRunner.infer(Normalization.create(), PIXELS)).isEqualTo(PIXELS);
  }

  @Test
  void normalizationNeverDividesByZero() {
    HostArray x = HostArray.wrap(Shape.of(1, 1), 1e-7f);
    Layer layer = Normalization.constant(List.of(0.0), List.of(0.0));
    assertClose(ModelRunner.infer(layer, x), 1);
  }

  @Test
  void resizingFollowsTheHalfPixelRule() {
    HostArray two = HostArray.wrap(Shape.of(1, 2, 2, 1), 0, 1, 2, 3);
    assertClose(
        ModelRunner.infer(Resizing.of(4, 4), two),
        0,
        .25,
        .75,
        1,
        .5,
        .75,
        1.25,
        1.5,
        1.5,
        1.75,
        2.25,
        2.5,
        2,
        2.25,
        2.75,
        3);
    float[] count = new float[16];
    for (int i = 0; i < 16; i++) {
      count[i] = i;
    }
    HostArray four = HostArray.wrap(Shape.of(1, 4, 4, 1), count);
    assertClose(ModelRunner.infer(Resizing.of(2, 2), four), 2.5, 4.5, 10.5, 12.5);
    assertClose(
        ModelRunner.infer(
            Resizing.of(2, 2).interpolation(dev.espalier.graph.Op.Interpolation.NEAREST), four),
        5,
        7,
        13,
        15);
  }

  @Test
  void reshapeTakesOneOpenSize() {
    HostArray x = HostArray.wrap(Shape.of(2, 6), new float[12]);
    assertThat(ModelRunner.infer(Reshape.of(1, 1, 6), x).shape()).isEqualTo(Shape.of(2, 1, 1, 6));
    assertThat(ModelRunner.infer(Reshape.of(-1, 2), x).shape()).isEqualTo(Shape.of(2, 3, 2));
    assertMessage(
        () -> Reshape.of(-1, 4).on(Input.of(6)),
        ErrorCode.SHAPE_MISMATCH,
        "In Reshape: A sample of shape (6,) cannot become [-1, 4]. The number of elements must stay"
            + " the same. [ESP-101]");
    assertCode(() -> Reshape.of(-1, -1), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> Reshape.of(0), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> Reshape.of(5).on(Input.of(6)), ErrorCode.SHAPE_MISMATCH);
  }

  @Test
  void addAndMultiplyTakeSeveralInputs() {
    HostArray x = HostArray.wrap(Shape.of(1, 1, 2, 2), 1, 2, 3, 4);
    HostArray gate = HostArray.wrap(Shape.of(1, 1, 1, 2), 2, 10);
    assertClose(ModelRunner.infer(Add.create(), x, x, x), 3, 6, 9, 12);
    assertClose(ModelRunner.infer(Multiply.create(), x, gate), 2, 20, 6, 40);
    assertMessage(
        () -> Add.create().on(Input.of(2)),
        ErrorCode.INVALID_MODEL,
        "In Add: The layer merges several inputs and was connected to 1. Connect it to"
            + " two or more. [ESP-103]");
  }

  @Test
  void layerOfOneInputRefusesTwo() {
    assertMessage(
        () -> Dense.of(2).on(Input.of(2), Input.of(2)),
        ErrorCode.INVALID_MODEL,
        "In Dense: The layer takes one input and was connected to 2. Merge them first,"
            + " with Add, Multiply or Concatenate. [ESP-103]");
  }

  @Test
  void argumentsOutsideTheirRangeAreRefused() {
    assertMessage(
        () -> Conv2D.of(0, 3),
        ErrorCode.INVALID_ARGUMENT,
        "The number of filters cannot be 0. Give 1 or more. [ESP-102]");
    assertCode(() -> Conv2D.of(3, 0), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> Dense.of(-1), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> ZeroPadding2D.of(0, 0, -1, 0), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> Resizing.of(0, 3), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> Concatenate.create().axis(0), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> BatchNormalization.create().momentum(1.5), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> BatchNormalization.create().epsilon(-1), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> new Rescaling(List.of(), List.of(0.0)), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> Normalization.constant(List.of(), List.of()), ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void imageLayersNameTheShapeTheyCannotTake() {
    assertMessage(
        () -> Conv2D.of(2, 3).named("stem").on(Input.of(7)),
        ErrorCode.SHAPE_MISMATCH,
        "In stem (Conv2D): The input has the shape (None, 7). Images have four axes: (batch, height,"
            + " width, channels). [ESP-101]");
    assertMessage(
        () -> Conv2D.of(2, 5).named("stem").on(Input.image(4, 9, 3)),
        ErrorCode.SHAPE_MISMATCH,
        "In stem (Conv2D): Conv2d: A window of 5x5 does not fit into 4x9 pixels. Use larger images,"
            + " a smaller window, or padding SAME. [ESP-101]");
  }

  @Test
  void activationsAreFoundByKerasNames() {
    assertThat(Activation.named("silu")).isEqualTo(Activation.SWISH);
    assertThat(Activation.named("hard_silu")).isEqualTo(Activation.HARD_SWISH);
    assertThat(Activation.named("ReLU")).isEqualTo(Activation.RELU);
    assertThatThrownBy(() -> Activation.named("swich"))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("There is no activation named \"swich\".")
        .hasMessageContaining("Nearest of 31 known names: swish,");
  }

  static void assertCode(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(EspalierException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  static void assertMessage(ThrowingCallable call, ErrorCode code, String message) {
    assertCode(call, code);
    assertThatThrownBy(call).hasMessage(message);
  }

  static void assertClose(HostArray actual, double... expected) {
    assertThat(actual.elementCount()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.at(i)).as("element %d", i).isCloseTo(expected[i], within(1e-5));
    }
  }

  @Test
  void aRescalingTakesFiniteNumbers() {
    for (double wrong : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
      assertThatThrownBy(() -> Rescaling.of(wrong))
          .isInstanceOf(dev.espalier.error.EspalierException.class)
          .hasMessageStartingWith("The scale of a rescaling layer cannot be [" + wrong + "].");
      assertThatThrownBy(() -> Rescaling.of(1).offset(wrong))
          .hasMessageStartingWith("The offset of a rescaling layer cannot be [" + wrong + "].");
    }
  }
}
