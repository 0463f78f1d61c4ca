package dev.espalier.weights.keras;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.Conv2DTranspose;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.Sequential;
import java.util.List;

/** Makes convolutions of the configurations of Keras' layers. */
final class KerasConvolutions {
  private static final Size2d ONE = Size2d.square(1);

  /** The layers of the model that stands for a separable convolution. */
  private static final List<String> SEPARABLE = List.of("input", "depthwise", "pointwise");

  private KerasConvolutions() {}

  static Layer conv2d(LayerConfig config) {
    Conv2D layer =
        new Conv2D(
            config.count("filters"),
            config.size("kernel_size", 1),
            config.size("strides", 1),
            config.padding(),
            config.size("dilation_rate", 1),
            config.flag("use_bias", true),
            KerasValues.activation(config, "activation"),
            KerasValues.initializer(config, "kernel_initializer", Initializers.glorotUniform()),
            KerasValues.initializer(config, "bias_initializer", Initializers.zeros()),
            config.count("groups", 1));
    config.absent("lora_rank");
    return KerasValues.regularized(config, layer, List.of("kernel", "bias"));
  }

  static KerasLayers.Factory depthwise(LayerConfig config) {
    KerasLayers.Factory depthwise =
        depthwiseOf(
            config, config.flag("use_bias", true), KerasValues.activation(config, "activation"));
    List<String> variables = List.of("kernel", "bias");
    KerasValues.regularized(config, Conv2D.of(1, 1), variables); // notes what is unsupported
    return inputs -> KerasValues.regularized(config, depthwise.layer(inputs), variables);
  }

  /**
   * Returns what makes a depthwise convolution. With several filters for each channel, or with
   * dilation, it is a convolution with a group for each channel.
   */
  private static KerasLayers.Factory depthwiseOf(
      LayerConfig config, boolean useBias, Activation activation) {
    Size2d kernelSize = config.size("kernel_size", 1);
    Size2d strides = config.size("strides", 1);
    Padding padding = config.padding();
    Size2d dilation = config.size("dilation_rate", 1);
    int multiplier = config.count("depth_multiplier", 1);
    Initializer kernel =
        KerasValues.initializer(config, "depthwise_initializer", Initializers.glorotUniform());
    Initializer bias = KerasValues.initializer(config, "bias_initializer", Initializers.zeros());
    if (multiplier == 1 && dilation.equals(ONE)) {
      Layer layer =
          new DepthwiseConv2D(kernelSize, strides, padding, useBias, activation, kernel, bias);
      return inputs -> layer;
    }
    return inputs -> {
      int channels = KerasLayers.image(config, inputs).size(3);
      return new Conv2D(
          Math.multiplyExact(channels, multiplier),
          kernelSize,
          strides,
          padding,
          dilation,
          useBias,
          activation,
          kernel,
          bias,
          channels);
    };
  }

  /** Returns whether a layer of Keras has a kernel {@code [height, width, channels, filters]}. */
  static boolean hasDepthwiseKernel(String className) {
    return className.equals("DepthwiseConv2D") || className.equals("SeparableConv2D");
  }

  static Layer transposed(LayerConfig config) {
    Conv2DTranspose layer =
        new Conv2DTranspose(
            config.count("filters"),
            config.size("kernel_size", 1),
            config.size("strides", 1),
            config.padding(),
            config.flag("use_bias", true),
            KerasValues.activation(config, "activation"),
            KerasValues.initializer(config, "kernel_initializer", Initializers.glorotUniform()),
            KerasValues.initializer(config, "bias_initializer", Initializers.zeros()));
    layer = layer.dilation(config.size("dilation_rate", 1));
    if (config.get("output_padding") != null) {
      List<Integer> more = config.integers("output_padding");
      layer =
          layer.outputPadding(
              new Conv2DTranspose.OutputPadding(more.get(0), more.get(more.size() - 1)));
    }
    return KerasValues.regularized(config, layer, List.of("kernel", "bias"));
  }

  /** Returns a model of the two convolutions that a separable one consists of. */
  static KerasLayers.Factory separable(LayerConfig config) {
    KerasValues.regularized(config, Conv2D.of(1, 1), List.of());
    KerasLayers.Factory depthwise = depthwiseOf(config, false, Activation.LINEAR);
    Conv2D pointwise =
        Conv2D.of(config.count("filters"), 1)
            .useBias(config.flag("use_bias", true))
            .activation(KerasValues.activation(config, "activation"))
            .kernelInitializer(
                KerasValues.initializer(
                    config, "pointwise_initializer", Initializers.glorotUniform()));
    return inputs -> {
      Shape sample = inputs.get(0).shape().withoutBatch();
      return Sequential.of(
          Input.named(SEPARABLE.get(0), sample.sizes().stream().mapToInt(size -> size).toArray()),
          depthwise.layer(inputs).named(SEPARABLE.get(1)),
          pointwise.named(SEPARABLE.get(2)));
    };
  }

  /** Returns whether a layer is a model that {@link #separable} makes. */
  static boolean isSeparable(Layer layer) {
    if (!(layer instanceof Model model)) {
      return false;
    }
    List<ModelLayer> layers = model.layers();
    return layers.stream().map(ModelLayer::name).toList().equals(SEPARABLE)
        && layers.get(1).layer() instanceof DepthwiseConv2D depthwise
        && !depthwise.useBias()
        && depthwise.activation() == Activation.LINEAR
        && layers.get(2).layer() instanceof Conv2D pointwise
        && pointwise.kernelSize().equals(Size2d.square(1));
  }

  /** Returns the strides of a pooling layer, those of its window if it names none. */
  static Size2d poolStrides(LayerConfig config) {
    return config.get("strides") == null ? config.size("pool_size", 2) : config.size("strides", 1);
  }
}
