package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Padding;
import dev.espalier.initializer.Initializers;
import dev.espalier.initializer.VarianceScaling.Distribution;
import dev.espalier.initializer.VarianceScaling.Mode;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Multiply;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;

/**
 * The building blocks of all variants, with Keras' layer names.
 *
 * @param padding of convolutions of stride 2
 * @param momentum of all batch normalization layers
 * @param epsilon of all batch normalization layers
 * @param activation of all layers but gates
 */
record Blocks(StridedPadding padding, double momentum, double epsilon, Activation activation) {
  /**
   * Convolution kernels: truncated normal distribution with standard deviation sqrt(2 / fan-out).
   */
  private static final Initializer CONVOLUTION =
      Initializers.varianceScaling(2, Mode.FAN_OUT, Distribution.TRUNCATED_NORMAL);

  /** Classifier kernel: uniform distribution within ±1 / sqrt(classes). */
  static final Initializer CLASSIFIER =
      Initializers.varianceScaling(1.0 / 3, Mode.FAN_OUT, Distribution.UNIFORM);

  LayerOutput convolution(
      LayerOutput x, String name, int filters, int kernel, int stride, Padding padding) {
    return Conv2D.of(filters, kernel)
        .strides(stride)
        .padding(padding)
        .useBias(false)
        .kernelInitializer(CONVOLUTION)
        .named(name)
        .on(x);
  }

  LayerOutput depthwise(LayerOutput x, String name, int kernel, int stride, Padding padding) {
    return DepthwiseConv2D.of(kernel)
        .strides(stride)
        .padding(padding)
        .useBias(false)
        .depthwiseInitializer(CONVOLUTION)
        .named(name)
        .on(x);
  }

  LayerOutput normalized(LayerOutput x, String name) {
    return BatchNormalization.create().momentum(momentum).epsilon(epsilon).named(name).on(x);
  }

  LayerOutput activated(LayerOutput x, String name) {
    return ActivationLayer.of(activation).named(name).on(x);
  }

  /**
   * Adds zero padding before an unpadded convolution of stride 2. TensorFlow's padding makes them
   * together like {@link Padding#SAME}: for an even size, the start gets one row or column less
   * than the end.
   */
  LayerOutput padded(LayerOutput x, String name, int kernel) {
    int half = kernel / 2;
    int top = half - evenSide(x.shape().size(1));
    int left = half - evenSide(x.shape().size(2));
    return ZeroPadding2D.of(top, half, left, half).named(name).on(x);
  }

  private int evenSide(int side) {
    return padding == StridedPadding.TENSORFLOW ? 1 - side % 2 : 0;
  }

  /** Returns whether a convolution that Keras pads by itself needs a padding layer before it. */
  boolean padsApart(int stride) {
    return stride == 2 && padding == StridedPadding.PYTORCH;
  }

  /** Adds squeeze and excitation: scales each channel by a factor computed from the whole image. */
  LayerOutput squeezedAndExcited(LayerOutput x, String prefix, int squeezed) {
    int channels = channels(x);
    LayerOutput mean = GlobalAveragePooling2D.create().named(prefix + "se_squeeze").on(x);
    LayerOutput pixel = Reshape.of(1, 1, channels).named(prefix + "se_reshape").on(mean);
    LayerOutput reduced = gate(squeezed, Activation.SWISH).named(prefix + "se_reduce").on(pixel);
    LayerOutput weights =
        gate(channels, Activation.SIGMOID).named(prefix + "se_expand").on(reduced);
    return Multiply.create().named(prefix + "se_excite").on(x, weights);
  }

  private static Conv2D gate(int filters, Activation activation) {
    return Conv2D.of(filters, 1)
        .padding(Padding.SAME)
        .activation(activation)
        .kernelInitializer(CONVOLUTION);
  }

  /** Returns the number of squeezed channels for a block with a number of input channels. */
  static int squeezed(int inChannels) {
    return Math.max(1, inChannels / 4);
  }

  static int channels(LayerOutput x) {
    return x.shape().size(-1);
  }

  /**
   * Returns the layer name prefix, such as {@code block2a_} for the first block of the second
   * stage; after z comes aa.
   */
  static String prefix(int stage, int repeat) {
    String before = repeat < 26 ? "" : String.valueOf((char) ('a' + repeat / 26 - 1));
    return "block" + (stage + 1) + before + (char) ('a' + repeat % 26) + "_";
  }
}
