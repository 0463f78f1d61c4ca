package dev.espalier.layer.convolution;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;
import java.util.function.Consumer;

/**
 * Depthwise two-dimensional convolution: convolves each channel with a kernel of its own. Input
 * {@code [batch, height, width, channels]}, output {@code [batch, height', width', channels]}.
 * Variables: {@code kernel} {@code [height, width, channels, 1]} and {@code bias} {@code
 * [channels]}. Immutable and thread-safe.
 *
 * @param kernelSize height and width of the kernel in pixels
 * @param strides step of the kernel along height and width in pixels
 * @param padding how the border is handled: {@code VALID} uses only positions inside the image,
 *     {@code SAME} pads with zeros so that an axis of the output has {@code ceil(size / stride)}
 *     elements
 * @param useBias whether there is a bias
 * @param activation applied to the output
 * @param depthwiseInitializer initial values of the kernel
 * @param biasInitializer initial values of the bias
 */
public record DepthwiseConv2D(
    Size2d kernelSize,
    Size2d strides,
    Padding padding,
    boolean useBias,
    Activation activation,
    Initializer depthwiseInitializer,
    Initializer biasInitializer)
    implements Layer {

  /** Returns a convolution with a square kernel and Keras' defaults. */
  public static DepthwiseConv2D of(int kernelSize) {
    return new DepthwiseConv2D(
        Size2d.square(kernelSize),
        Size2d.square(1),
        Padding.VALID,
        true,
        Activation.LINEAR,
        Initializers.glorotUniform(),
        Initializers.zeros());
  }

  /** Returns this layer with another kernel size. */
  public DepthwiseConv2D kernelSize(Size2d size) {
    return with(changed -> changed.kernelSize = size);
  }

  /** Returns this layer with the same stride along both axes. */
  public DepthwiseConv2D strides(int stride) {
    return with(changed -> changed.strides = Size2d.square(stride));
  }

  /** Returns this layer with another padding. */
  public DepthwiseConv2D padding(Padding value) {
    return with(changed -> changed.padding = value);
  }

  /** Returns this layer with or without a bias. */
  public DepthwiseConv2D useBias(boolean value) {
    return with(changed -> changed.useBias = value);
  }

  /** Returns this layer with a function applied to its output. */
  public DepthwiseConv2D activation(Activation function) {
    return with(changed -> changed.activation = function);
  }

  /** Returns this layer with other initial values of the kernel. */
  public DepthwiseConv2D depthwiseInitializer(Initializer initializer) {
    return with(changed -> changed.depthwiseInitializer = initializer);
  }

  /** Returns this layer with other initial values of the bias. */
  public DepthwiseConv2D biasInitializer(Initializer initializer) {
    return with(changed -> changed.biasInitializer = initializer);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.images(inputs);
    int channels = x.shape().size(-1);
    Shape shape = Shape.of(kernelSize.height(), kernelSize.width(), channels, 1);
    Tensor kernel = context.weight("kernel", shape, depthwiseInitializer);
    Tensor y = ops.depthwiseConv2d(x, kernel, strides, padding);
    if (useBias) {
      y = ops.add(y, context.weight("bias", Shape.of(channels), biasInitializer));
    }
    return activation.apply(ops, y);
  }

  private DepthwiseConv2D with(Consumer<Settings> change) {
    Settings changed = new Settings(this);
    change.accept(changed);
    return changed.toLayer();
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Settings {
    private Size2d kernelSize;
    private Size2d strides;
    private Padding padding;
    private boolean useBias;
    private Activation activation;
    private Initializer depthwiseInitializer;
    private Initializer biasInitializer;

    Settings(DepthwiseConv2D layer) {
      kernelSize = layer.kernelSize;
      strides = layer.strides;
      padding = layer.padding;
      useBias = layer.useBias;
      activation = layer.activation;
      depthwiseInitializer = layer.depthwiseInitializer;
      biasInitializer = layer.biasInitializer;
    }

    DepthwiseConv2D toLayer() {
      return new DepthwiseConv2D(
          kernelSize, strides, padding, useBias, activation, depthwiseInitializer, biasInitializer);
    }
  }
}
