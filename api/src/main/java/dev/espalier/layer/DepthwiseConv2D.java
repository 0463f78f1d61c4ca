package dev.espalier.layer;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;

/**
 * A convolution of images that keeps the channels apart, with one filter for each. Variables:
 * {@code kernel} {@code [height, width, channels, 1]} and {@code bias} {@code [channels]}.
 * Immutable.
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
    return new DepthwiseConv2D(
        size, strides, padding, useBias, activation, depthwiseInitializer, biasInitializer);
  }

  /** Returns this layer with the same stride along both axes. */
  public DepthwiseConv2D strides(int stride) {
    return new DepthwiseConv2D(
        kernelSize,
        Size2d.square(stride),
        padding,
        useBias,
        activation,
        depthwiseInitializer,
        biasInitializer);
  }

  /** Returns this layer with another padding. */
  public DepthwiseConv2D padding(Padding value) {
    return new DepthwiseConv2D(
        kernelSize, strides, value, useBias, activation, depthwiseInitializer, biasInitializer);
  }

  /** Returns this layer with or without a bias. */
  public DepthwiseConv2D useBias(boolean value) {
    return new DepthwiseConv2D(
        kernelSize, strides, padding, value, activation, depthwiseInitializer, biasInitializer);
  }

  /** Returns this layer with a function applied to its output. */
  public DepthwiseConv2D activation(Activation function) {
    return new DepthwiseConv2D(
        kernelSize, strides, padding, useBias, function, depthwiseInitializer, biasInitializer);
  }

  /** Returns this layer with other first values of the kernel. */
  public DepthwiseConv2D depthwiseInitializer(Initializer initializer) {
    return new DepthwiseConv2D(
        kernelSize, strides, padding, useBias, activation, initializer, biasInitializer);
  }

  /** Returns this layer with other first values of the bias. */
  public DepthwiseConv2D biasInitializer(Initializer initializer) {
    return new DepthwiseConv2D(
        kernelSize, strides, padding, useBias, activation, depthwiseInitializer, initializer);
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
}
