package dev.espalier.models.mobilenet;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Padding;
import dev.espalier.initializer.Initializers;
import dev.espalier.initializer.VarianceScaling.Distribution;
import dev.espalier.initializer.VarianceScaling.Mode;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Multiply;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import java.util.List;

/**
 * The layers of a MobileNetV3.
 *
 * @param name of the model
 * @param width factor for the number of channels between stem and head
 * @param blocks in order
 * @param topChannels of the last convolution, before the factor
 * @param headChannels of the hidden layer of the classifier, whatever the factor
 */
record InvertedResiduals(
    String name, double width, List<Block> blocks, int topChannels, int headChannels) {
  private static final int STEM_CHANNELS = 16;
  private static final int DIVISOR = 8;

  private static final Initializer CONVOLUTION =
      Initializers.varianceScaling(2, Mode.FAN_OUT, Distribution.UNTRUNCATED_NORMAL);

  /**
   * A block.
   *
   * @param stage from 0
   * @param repeat in its stage, from 0
   * @param kernel height and width of the depthwise kernel
   * @param expand factor from the channels of the input to those inside; 1 for no expansion
   * @param outChannels before the factor of the width
   * @param gated whether it has squeeze and excitation
   * @param relu whether activations are ReLU rather than hard swish
   */
  record Block(
      int stage,
      int repeat,
      int kernel,
      int stride,
      double expand,
      int outChannels,
      boolean gated,
      boolean relu) {
    /** Returns the prefix of the names of its layers, such as {@code block2a_}. */
    String prefix() {
      return "block" + (stage + 1) + (char) ('a' + repeat) + "_";
    }

    Activation activation() {
      return relu ? Activation.RELU : Activation.HARD_SWISH;
    }
  }

  /** Adds the skip connection of a block. */
  @FunctionalInterface
  interface SkipConnection {
    LayerOutput add(LayerOutput branch, LayerOutput shortcut, String prefix, double rate);
  }

  /**
   * Connects the layers up to the last feature maps.
   *
   * @param rates stochastic depth rate of each block
   */
  LayerOutput features(LayerOutput images, List<Double> rates, SkipConnection skip) {
    // Networks much narrower than the published ones keep the stem.
    int stem = width < 0.75 ? STEM_CHANNELS : rounded(STEM_CHANNELS * width);
    LayerOutput x = convolution(padded(images, "stem_", 3, 2), "stem_conv", stem, 3, 2);
    x = activated(normalized(x, "stem_bn"), "stem_activation", Activation.HARD_SWISH);
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      LayerOutput branch = branch(x, block);
      boolean skips = block.stride() == 1 && channels(x) == channels(branch);
      x = skips ? skip.add(branch, x, block.prefix(), rates.get(i)) : branch;
    }
    x = convolution(x, "top_conv", rounded(topChannels * width), 1, 1);
    return activated(normalized(x, "top_bn"), "top_activation", Activation.HARD_SWISH);
  }

  /** Returns what the classifier gets, from the mean of each feature map. */
  LayerOutput head(LayerOutput means) {
    LayerOutput pixel = Reshape.of(1, 1, channels(means)).named("head_reshape").on(means);
    LayerOutput x =
        Conv2D.of(headChannels, 1)
            .activation(Activation.HARD_SWISH)
            .kernelInitializer(CONVOLUTION)
            .named("head_conv")
            .on(pixel);
    return Flatten.create().named("head_flatten").on(x);
  }

  private LayerOutput branch(LayerOutput input, Block block) {
    String prefix = block.prefix();
    LayerOutput x = input;
    if (block.expand() != 1) {
      x = convolution(x, prefix + "expand_conv", rounded(channels(x) * block.expand()), 1, 1);
      x = normalized(x, prefix + "expand_bn");
      x = activated(x, prefix + "expand_activation", block.activation());
    }
    x =
        DepthwiseConv2D.of(block.kernel())
            .strides(block.stride())
            .padding(padding(block.stride()))
            .useBias(false)
            .depthwiseInitializer(CONVOLUTION)
            .named(prefix + "dwconv")
            .on(padded(x, prefix + "dwconv_", block.kernel(), block.stride()));
    x = activated(normalized(x, prefix + "bn"), prefix + "activation", block.activation());
    x = block.gated() ? squeezedAndExcited(x, prefix) : x;
    x = convolution(x, prefix + "project_conv", rounded(block.outChannels() * width), 1, 1);
    return normalized(x, prefix + "project_bn");
  }

  private static LayerOutput squeezedAndExcited(LayerOutput x, String prefix) {
    int channels = channels(x);
    LayerOutput mean = GlobalAveragePooling2D.create().named(prefix + "se_squeeze").on(x);
    LayerOutput pixel = Reshape.of(1, 1, channels).named(prefix + "se_reshape").on(mean);
    LayerOutput reduced =
        gate(rounded(channels / 4.0), Activation.RELU).named(prefix + "se_reduce").on(pixel);
    LayerOutput weights =
        gate(channels, Activation.HARD_SIGMOID).named(prefix + "se_expand").on(reduced);
    return Multiply.create().named(prefix + "se_excite").on(x, weights);
  }

  private static Conv2D gate(int filters, Activation activation) {
    return Conv2D.of(filters, 1).activation(activation).kernelInitializer(CONVOLUTION);
  }

  /** Adds the same padding on all sides before a convolution of stride 2, as PyTorch does. */
  private static LayerOutput padded(LayerOutput x, String prefix, int kernel, int stride) {
    int half = kernel / 2;
    return stride == 1 ? x : ZeroPadding2D.of(half, half, half, half).named(prefix + "pad").on(x);
  }

  private static Padding padding(int stride) {
    return stride == 1 ? Padding.SAME : Padding.VALID;
  }

  private static LayerOutput convolution(
      LayerOutput x, String name, int filters, int kernel, int stride) {
    return Conv2D.of(filters, kernel)
        .strides(stride)
        .padding(padding(stride))
        .useBias(false)
        .kernelInitializer(CONVOLUTION)
        .named(name)
        .on(x);
  }

  private static LayerOutput normalized(LayerOutput x, String name) {
    return BatchNormalization.create().momentum(0.9).epsilon(1e-5).named(name).on(x);
  }

  private static LayerOutput activated(LayerOutput x, String name, Activation activation) {
    return ActivationLayer.of(activation).named(name).on(x);
  }

  private static int channels(LayerOutput x) {
    return x.shape().size(-1);
  }

  /** Rounds to a multiple of 8, but not down by more than 10 %. */
  private static int rounded(double channels) {
    int nearest = Math.max(DIVISOR, DIVISOR * (int) ((channels + DIVISOR / 2.0) / DIVISOR));
    return nearest < 0.9 * channels ? nearest + DIVISOR : nearest;
  }
}
