package dev.espalier.layer.convolution;

import dev.espalier.layer.Input;

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
 * Transposed two-dimensional convolution, which upsamples images by its strides, as in decoders and
 * segmentation. Input {@code [batch, height, width, in]}, output {@code [batch, height', width',
 * filters]}: with padding {@code SAME} an axis of the output has {@code size * stride} elements,
 * with {@code VALID} {@code size * stride + max(kernel - stride, 0)}, as in Keras without output
 * padding. Variables: {@code kernel} {@code [height, width, filters, in]} and {@code bias} {@code
 * [filters]}. Immutable and thread-safe.
 *
 * @param filters number of output channels
 * @param kernelSize height and width of the kernel in pixels
 * @param strides upsampling factors of height and width
 * @param padding how the border is handled
 * @param useBias whether there is a bias
 * @param activation applied to the output
 * @param kernelInitializer initial values of the kernel
 * @param biasInitializer initial values of the bias
 */
public record Conv2DTranspose(
    int filters,
    Size2d kernelSize,
    Size2d strides,
    Padding padding,
    boolean useBias,
    Activation activation,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {

  /** Checks the number of filters. */
  public Conv2DTranspose {
    LayerChecks.positive("number of filters", filters);
  }

  /** Returns a transposed convolution with a square kernel and Keras' defaults. */
  public static Conv2DTranspose of(int filters, int kernelSize) {
    return new Conv2DTranspose(
        filters,
        Size2d.square(kernelSize),
        Size2d.square(1),
        Padding.VALID,
        true,
        Activation.LINEAR,
        Initializers.glorotUniform(),
        Initializers.zeros());
  }

  /** Returns this layer with another kernel size. */
  public Conv2DTranspose kernelSize(Size2d size) {
    return with(changed -> changed.kernelSize = size);
  }

  /** Returns this layer with the same stride along both axes. */
  public Conv2DTranspose strides(int stride) {
    return strides(Size2d.square(stride));
  }

  /** Returns this layer with other strides. */
  public Conv2DTranspose strides(Size2d size) {
    return with(changed -> changed.strides = size);
  }

  /** Returns this layer with another padding. */
  public Conv2DTranspose padding(Padding value) {
    return with(changed -> changed.padding = value);
  }

  /** Returns this layer with or without a bias. */
  public Conv2DTranspose useBias(boolean value) {
    return with(changed -> changed.useBias = value);
  }

  /** Returns this layer with a function applied to its output. */
  public Conv2DTranspose activation(Activation function) {
    return with(changed -> changed.activation = function);
  }

  /** Returns this layer with other initial values of the kernel. */
  public Conv2DTranspose kernelInitializer(Initializer initializer) {
    return with(changed -> changed.kernelInitializer = initializer);
  }

  /** Returns this layer with other initial values of the bias. */
  public Conv2DTranspose biasInitializer(Initializer initializer) {
    return with(changed -> changed.biasInitializer = initializer);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.images(inputs);
    Shape shape = Shape.of(kernelSize.height(), kernelSize.width(), filters, x.shape().size(-1));
    Tensor kernel = context.weight("kernel", shape, kernelInitializer);
    Tensor y = ops.conv2dTranspose(x, kernel, strides, padding);
    if (useBias) {
      y = ops.add(y, context.weight("bias", Shape.of(filters), biasInitializer));
    }
    return activation.apply(ops, y);
  }

  private Conv2DTranspose with(Consumer<Settings> change) {
    Settings changed = new Settings(this);
    change.accept(changed);
    return changed.toLayer();
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Settings {
    private final int filters;
    private Size2d kernelSize;
    private Size2d strides;
    private Padding padding;
    private boolean useBias;
    private Activation activation;
    private Initializer kernelInitializer;
    private Initializer biasInitializer;

    Settings(Conv2DTranspose layer) {
      filters = layer.filters;
      kernelSize = layer.kernelSize;
      strides = layer.strides;
      padding = layer.padding;
      useBias = layer.useBias;
      activation = layer.activation;
      kernelInitializer = layer.kernelInitializer;
      biasInitializer = layer.biasInitializer;
    }

    Conv2DTranspose toLayer() {
      return new Conv2DTranspose(
          filters,
          kernelSize,
          strides,
          padding,
          useBias,
          activation,
          kernelInitializer,
          biasInitializer);
    }
  }
}
