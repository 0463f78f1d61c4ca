package dev.espalier.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.activation.Celu;
import dev.espalier.activation.Elu;
import dev.espalier.activation.LeakyRelu;
import dev.espalier.activation.Relu;
import dev.espalier.activation.Threshold;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op.Interpolation;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Variable;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.Conv2DTranspose;
import dev.espalier.layer.convolution.Cropping2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.AveragePooling2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.pooling.GlobalMaxPooling2D;
import dev.espalier.layer.pooling.MaxPooling2D;
import dev.espalier.layer.preprocessing.Resizing;
import dev.espalier.model.Model;
import dev.espalier.model.ModelRunner;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares layers with what Keras 3.15.1 computed for the same numbers. A line of {@code
 * keras-layers.txt} is a name, a shape and the output; inputs and variables follow a rule. {@code
 * src/test/python/make_keras_layers.py} made the lines of groups, transposes and attention.
 */
class KerasGoldenTest {
  private static final Shape IMAGES = Shape.of(2, 5, 6, 3);
  private static final Shape WIDE = Shape.of(2, 5, 6, 6);
  private static final Shape SEQUENCE = Shape.of(2, 5, 6);
  private static final Map<String, HostArray> GOLDEN = golden();

  static Stream<Arguments> layers() {
    Conv2D conv = Conv2D.of(2, 3);
    Conv2DTranspose transpose = Conv2DTranspose.of(2, 3);
    return Stream.of(
        layer("conv-valid", conv, IMAGES),
        layer("conv-same", conv.padding(Padding.SAME), IMAGES),
        layer(
            "conv-same-stride2",
            conv.padding(Padding.SAME).strides(2).activation(Activation.SWISH),
            IMAGES),
        layer("conv-same-kernel2", Conv2D.of(2, 2).padding(Padding.SAME), IMAGES),
        layer(
            "conv-dilated",
            conv.kernelSize(new Size2d(2, 3))
                .dilation(2)
                .useBias(false)
                .activation(Activation.RELU),
            IMAGES),
        layer("conv-same-dilated", Conv2D.of(1, 3).dilation(2).padding(Padding.SAME), IMAGES),
        layer("depthwise-valid", DepthwiseConv2D.of(3), IMAGES),
        layer(
            "depthwise-same-stride2",
            DepthwiseConv2D.of(3)
                .padding(Padding.SAME)
                .strides(2)
                .useBias(false)
                .activation(Activation.TANH),
            IMAGES),
        layer("max-pool", MaxPooling2D.of(2), IMAGES),
        layer("max-pool-same", MaxPooling2D.of(3).strides(2).padding(Padding.SAME), IMAGES),
        layer("average-pool", AveragePooling2D.of(2), IMAGES),
        layer("average-pool-same", AveragePooling2D.of(3).strides(2).padding(Padding.SAME), IMAGES),
        layer("global-average", GlobalAveragePooling2D.create(), IMAGES),
        layer("global-average-keep", GlobalAveragePooling2D.create().keepDims(true), IMAGES),
        layer("global-max", GlobalMaxPooling2D.create(), IMAGES),
        layer("dense", Dense.of(3).activation(Activation.SOFTMAX), Shape.of(2, 4)),
        layer("dense-rank3", Dense.of(2), Shape.of(2, 3, 4)),
        layer("dense-rank4", Dense.of(2).activation(Activation.SIGMOID), Shape.of(2, 2, 2, 3)),
        layer("average", Average.create(), IMAGES, Shape.of(2, 1, 6, 1), Shape.of(2, 5, 1, 3)),
        layer("maximum", Maximum.create(), IMAGES, Shape.of(2, 1, 6, 1)),
        layer("minimum", Minimum.create(), IMAGES, Shape.of(2, 1, 6, 1)),
        layer("subtract", Subtract.create(), IMAGES, Shape.of(2, 5, 6, 1)),
        layer("permute", Permute.of(3, 1, 2), IMAGES),
        layer("cropping", Cropping2D.of(0, 1, 2, 1), IMAGES),
        layer("prelu", PRelu.create(), IMAGES),
        layer("prelu-shared", PRelu.create().sharedAxes(1, 2), IMAGES),
        layer("prelu-dense", PRelu.create(), Shape.of(2, 4)),
        layer("pad", ZeroPadding2D.of(0, 1, 2, 1), Shape.of(1, 2, 2, 2)),
        layer("flatten", Flatten.create(), Shape.of(2, 2, 2, 2)),
        layer("concatenate", Concatenate.create(), Shape.of(1, 2, 2, 1), Shape.of(1, 2, 2, 2)),
        layer(
            "concatenate-rows",
            Concatenate.create().axis(1),
            Shape.of(1, 2, 2, 1),
            Shape.of(1, 1, 2, 1)),
        layer("resize-bilinear", Resizing.of(7, 4), IMAGES),
        layer("resize-nearest", Resizing.of(3, 9).interpolation(Interpolation.NEAREST), IMAGES),
        layer("conv-groups", Conv2D.of(4, 3).groups(2).padding(Padding.SAME), WIDE),
        layer(
            "conv-groups-stride2",
            Conv2D.of(6, 3).groups(6).strides(2).activation(Activation.RELU),
            WIDE),
        layer(
            "conv-groups-dilated",
            Conv2D.of(6, 3).kernelSize(new Size2d(2, 3)).groups(3).dilation(2).useBias(false),
            WIDE),
        layer("conv-transpose-valid", transpose, IMAGES),
        layer("conv-transpose-same", transpose.padding(Padding.SAME), IMAGES),
        layer(
            "conv-transpose-valid-stride2",
            transpose.strides(2).activation(Activation.RELU),
            IMAGES),
        layer("conv-transpose-same-stride2", transpose.strides(2).padding(Padding.SAME), IMAGES),
        layer(
            "conv-transpose-kernel4-same-stride2",
            transpose.kernelSize(Size2d.square(4)).strides(2).padding(Padding.SAME).useBias(false),
            IMAGES),
        layer("conv-transpose-kernel2-stride3", Conv2DTranspose.of(1, 2).strides(3), IMAGES),
        layer(
            "conv-transpose-kernel2-same-stride3",
            Conv2DTranspose.of(1, 2).strides(3).padding(Padding.SAME),
            IMAGES),
        layer(
            "conv-transpose-dilated",
            transpose.kernelSize(new Size2d(2, 3)).dilation(new Size2d(3, 2)),
            IMAGES),
        layer("conv-transpose-dilated-same", transpose.dilation(2).padding(Padding.SAME), IMAGES),
        layer("conv-transpose-output-padding", transpose.strides(2).outputPadding(1), IMAGES),
        layer(
            "conv-transpose-output-padding-same",
            transpose.strides(2).outputPadding(0).padding(Padding.SAME),
            IMAGES),
        layer(
            "conv-transpose-output-padding-kernel4-same",
            Conv2DTranspose.of(2, 4)
                .strides(new Size2d(2, 3))
                .outputPadding(new Conv2DTranspose.OutputPadding(1, 2))
                .padding(Padding.SAME),
            IMAGES),
        layer(
            "conv-transpose-output-padding-kernel1-same",
            Conv2DTranspose.of(2, 1).strides(3).outputPadding(2).padding(Padding.SAME),
            IMAGES),
        layer(
            "conv-transpose-output-padding-kernel2",
            Conv2DTranspose.of(1, 2)
                .strides(3)
                .outputPadding(new Conv2DTranspose.OutputPadding(0, 2)),
            IMAGES),
        layer(
            "conv-transpose-output-padding-kernel5-same",
            Conv2DTranspose.of(1, 5)
                .strides(2)
                .outputPadding(new Conv2DTranspose.OutputPadding(0, 1))
                .padding(Padding.SAME),
            IMAGES),
        layer("layer-normalization", LayerNormalization.create(), SEQUENCE),
        layer(
            "layer-normalization-images",
            LayerNormalization.create().epsilon(1e-6).center(false),
            IMAGES),
        layer(
            "layer-normalization-plain",
            LayerNormalization.create().center(false).scale(false),
            SEQUENCE),
        layer("self-attention", MultiHeadAttention.of(2, 4), SEQUENCE),
        layer(
            "attention-without-bias",
            MultiHeadAttention.of(3, 2).valueDim(5).useBias(false),
            SEQUENCE),
        layer("attention-query-value", MultiHeadAttention.of(2, 3), SEQUENCE, Shape.of(2, 4, 7)),
        layer(
            "attention-query-value-key",
            MultiHeadAttention.of(2, 3).valueDim(4),
            SEQUENCE,
            Shape.of(2, 4, 7),
            Shape.of(2, 4, 3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void layerComputesWhatKerasComputes(String name, Layer layer, Shape[] shapes) {
    assertLayer(
        name,
        layer,
        Arrays.stream(shapes)
            .map(shape -> pattern(shape, 37, 11, 101, 50, 1))
            .toArray(HostArray[]::new));
  }

  private static void assertLayer(String name, Layer layer, HostArray... samples) {
    Model model = ModelRunner.modelOf(layer, samples);
    Map<String, HostArray> values = new HashMap<>();
    for (Variable variable : model.variables()) {
      values.put(variable.name(), pattern(variable.shape(), 53, 7, 97, 97, 0.5));
    }
    HostArray output = ModelRunner.run(model, Phase.INFERENCE, values, samples).output();
    assertGolden(name, output);
    assertThat(model.output().shape().withoutBatch()).isEqualTo(output.shape().withoutBatch());
  }

  /** Masks that a rule of make_keras_layers.py makes: ones, and zeros at every third element. */
  private static HostArray mask(int... sizes) {
    Shape shape = Shape.of(sizes);
    float[] values = new float[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7 + 1) % 3 > 0 ? 1 : 0;
    }
    return HostArray.wrap(shape, values);
  }

  @Test
  void masksAreThoseOfKeras() {
    HostArray sequence = pattern(SEQUENCE, 37, 11, 101, 50, 1);
    HostArray other = pattern(Shape.of(2, 4, 7), 37, 11, 101, 50, 1);
    MultiHeadAttention two = MultiHeadAttention.of(2, 3);
    MultiHeadAttention self = MultiHeadAttention.of(2, 4);
    assertLayer("attention-causal", self.useCausalMask(true), sequence);
    assertLayer("attention-causal-query-value", two.useCausalMask(true), sequence, other);
    assertLayer("attention-mask", two.attentionMask(true), sequence, other, mask(2, 5, 4));
    assertLayer(
        "attention-padding-mask-causal",
        self.attentionMask(true).useCausalMask(true),
        sequence,
        mask(2, 5));
  }

  static Collection<Activation> constants() {
    return Activation.constants().values();
  }

  @ParameterizedTest
  @MethodSource("constants")
  void activationComputesWhatKerasComputes(Activation activation) {
    assertActivation("activation-" + Activation.keyword(activation), activation);
    assertThat(Activation.named(Activation.keyword(activation))).isEqualTo(activation);
  }

  @Test
  void activationsWithParametersComputeWhatKerasComputes() {
    assertActivation("leaky-relu-0.01", new LeakyRelu(.01));
    assertActivation("activation-leaky_relu", new LeakyRelu(.2));
    assertActivation("elu-1.5", new Elu(1.5));
    assertActivation("activation-elu", new Elu(1));
    assertActivation("celu-0.5", new Celu(.5));
    assertActivation("activation-elu", new Celu(1));
    assertActivation("threshold", new Threshold(.25, -2));
    assertActivation("relu-max", new Relu(2.5, 0, 0));
    assertActivation("relu-threshold", new Relu(Relu.UNLIMITED, 0, .5));
    assertActivation("relu-below-zero", new Relu(Relu.UNLIMITED, 0, -2.5));
    assertActivation("relu-all", new Relu(2.5, .1, .5));
    assertActivation("relu-all-below-zero", new Relu(2.5, .1, -2.5));
  }

  private static void assertActivation(String name, Activation activation) {
    HostArray x =
        activation == Activation.GLU
            ? HostArray.wrap(Shape.of(1, 8), -3, -2, -.5f, 0, .25f, 1, 2.9f, 6.5f)
            : HostArray.wrap(Shape.of(1, 9), -7.5f, -3, -2, -.5f, 0, .25f, 1, 2.9f, 6.5f);
    assertGolden(name, ModelRunner.infer(ActivationLayer.of(activation), x));
  }

  @Test
  void batchNormalizationComputesWhatKerasComputes() {
    HostArray x = pattern(Shape.of(3, 2), 37, 11, 101, 50, 1);
    Model model = ModelRunner.modelOf(BatchNormalization.create().named("bn"), x);
    Map<String, HostArray> values =
        Map.of(
            "bn/gamma", HostArray.wrap(Shape.of(2), 2, .5f),
            "bn/beta", HostArray.wrap(Shape.of(2), .1f, -.2f),
            "bn/moving_mean", HostArray.wrap(Shape.of(2), .3f, -1),
            "bn/moving_variance", HostArray.wrap(Shape.of(2), .5f, 4));
    ModelRunner.Step inference = ModelRunner.run(model, Phase.INFERENCE, values, x);
    ModelRunner.Step training = ModelRunner.run(model, Phase.TRAINING, values, x);
    assertGolden("batch-normalization-inference", inference.output());
    assertThat(inference.updates()).isEmpty();
    assertGolden("batch-normalization-training", training.output());
    assertGolden("batch-normalization-mean", training.updates().get("bn/moving_mean"));
    assertGolden("batch-normalization-variance", training.updates().get("bn/moving_variance"));
  }

  private static Arguments layer(String name, Layer layer, Shape... shapes) {
    return Arguments.of(name, layer, shapes);
  }

  private static void assertGolden(String name, HostArray actual) {
    HostArray expected = Objects.requireNonNull(GOLDEN.get(name), name);
    assertThat(actual.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < expected.elementCount(); i++) {
      double tolerance = 2e-6 * Math.max(1, Math.abs(expected.at(i)));
      assertThat(actual.at(i)).as("element %d", i).isCloseTo(expected.at(i), within(tolerance));
    }
  }

  private static HostArray pattern(
      Shape shape, int factor, int shift, int modulus, double scale, double offset) {
    float[] values = new float[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (((i * factor + shift) % modulus) / scale - offset);
    }
    return HostArray.wrap(shape, values);
  }

  private static Map<String, HostArray> golden() {
    Map<String, HostArray> result = new HashMap<>();
    try (InputStream in = KerasGoldenTest.class.getResourceAsStream("/keras-layers.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        String[] fields = line.split(" ", -1);
        int[] sizes = Arrays.stream(fields[1].split("x", -1)).mapToInt(Integer::parseInt).toArray();
        float[] values = new float[fields.length - 2];
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.parseFloat(fields[i + 2]);
        }
        result.put(fields[0], HostArray.wrap(Shape.of(sizes), values));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return result;
  }
}
