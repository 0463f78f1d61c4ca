package dev.espalier.layer;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;

/**
 * A convolution of images. Variables: {@code kernel} {@code [height, width, in, filters]} and
 * {@code bias} {@code [filters]}. Immutable.
 *
 * @param filters number of output channels
 */
public record Conv2D(
    int filters,
    Size2d kernelSize,
    Size2d strides,
    Padding padding,
    Size2d dilation,
    boolean useBias,
    Activation activation,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {
  private static final Size2d ONE = Size2d.square(1);

  /** Checks the number of filters. */
  public Conv2D {
    LayerChecks.positive("number of filters", filters);
  }

  /** Returns a convolution with a square kernel and Keras' defaults. */
  public static Conv2D of(int filters, int kernelSize) {
    return new Conv2D(
        filters,
        Size2d.square(kernelSize),
        ONE,
        Padding.VALID,
        ONE,
        true,
        Activation.LINEAR,
        Initializers.glorotUniform(),
        Initializers.zeros());
  }

  /** Returns this layer with another kernel size. */
  public Conv2D kernelSize(Size2d size) {
    return new Conv2D(
        filters,
        size,
        strides,
        padding,
        dilation,
        useBias,
        activation,
        kernelInitializer,
        biasInitializer);
  }

  /** Returns this layer with the same stride along both axes. */
  public Conv2D strides(int stride) {
    return strides(Size2d.square(stride));
  }

  /** Returns this layer with other strides. */
  public Conv2D strides(Size2d size) {
    return new Conv2D(
        filters,
        kernelSize,
        size,
        padding,
        dilation,
        useBias,
        activation,
        kernelInitializer,
        biasInitializer);
  }

  /** Returns this layer with another padding. */
  public Conv2D padding(Padding value) {
    return new Conv2D(
        filters,
        kernelSize,
        strides,
        value,
        dilation,
        useBias,
        activation,
        kernelInitializer,
        biasInitializer);
  }

  /** Returns this layer with the same dilation along both axes. */
  public Conv2D dilation(int rate) {
    return new Conv2D(
        filters,
        kernelSize,
        strides,
        padding,
        Size2d.square(rate),
        useBias,
        activation,
        kernelInitializer,
        biasInitializer);
  }

  /** Returns this layer with or without a bias. */
  public Conv2D useBias(boolean value) {
    return new Conv2D(
        filters,
        kernelSize,
        strides,
        padding,
        dilation,
        value,
        activation,
        kernelInitializer,
        biasInitializer);
  }

  /** Returns this layer with a function applied to its output. */
  public Conv2D activation(Activation function) {
    return new Conv2D(
        filters,
        kernelSize,
        strides,
        padding,
        dilation,
        useBias,
        function,
        kernelInitializer,
        biasInitializer);
  }

  /** Returns this layer with other first values of the kernel. */
  public Conv2D kernelInitializer(Initializer initializer) {
    return new Conv2D(
        filters,
        kernelSize,
        strides,
        padding,
        dilation,
        useBias,
        activation,
        initializer,
        biasInitializer);
  }

  /** Returns this layer with other first values of the bias. */
  public Conv2D biasInitializer(Initializer initializer) {
    return new Conv2D(
        filters,
        kernelSize,
        strides,
        padding,
        dilation,
        useBias,
        activation,
        kernelInitializer,
        initializer);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.images(inputs);
    Shape shape = Shape.of(kernelSize.height(), kernelSize.width(), x.shape().size(-1), filters);
    Tensor kernel = context.weight("kernel", shape, kernelInitializer);
    Tensor y = ops.conv2d(x, kernel, strides, padding, dilation);
    if (useBias) {
      y = ops.add(y, context.weight("bias", Shape.of(filters), biasInitializer));
    }
    return activation.apply(ops, y);
  }
}
