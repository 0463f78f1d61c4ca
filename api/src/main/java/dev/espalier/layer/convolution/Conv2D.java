package dev.espalier.layer.convolution;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;
import java.util.function.Consumer;

/**
 * Two-dimensional convolution, optionally with a bias and an activation: {@code y =
 * activation(conv(x, kernel) + bias)}. Input {@code [batch, height, width, in]}, output {@code
 * [batch, height', width', filters]}. Variables: {@code kernel} {@code [height, width, in / groups,
 * filters]} and {@code bias} {@code [filters]}. Immutable and thread-safe.
 *
 * @param filters number of output channels
 * @param kernelSize height and width of the kernel in pixels
 * @param strides step of the kernel along height and width in pixels
 * @param padding how the border is handled: {@code VALID} uses only positions inside the image,
 *     {@code SAME} pads with zeros so that an axis of the output has {@code ceil(size / stride)}
 *     elements
 * @param dilation distance between neighbouring elements of the kernel in pixels; 1x1 is a dense
 *     kernel
 * @param useBias whether there is a bias
 * @param activation applied to the output
 * @param kernelInitializer initial values of the kernel
 * @param biasInitializer initial values of the bias
 * @param groups number of groups into which input channels and filters are divided; each group of
 *     filters sees only its own group of input channels. It must divide both numbers
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
    Initializer biasInitializer,
    int groups)
    implements Layer {

  /** Checks the numbers of filters and groups. */
  public Conv2D {
    ArgumentChecks.positive("number of filters", filters);
    ArgumentChecks.positive("number of groups", groups);
    ArgumentChecks.require(
        filters % groups == 0,
        "number of filters",
        filters,
        "Give a multiple of the number of groups, " + groups + ".");
  }

  /** Creates a layer with one group, as all were in files that do not name the groups. */
  public Conv2D(
      int filters,
      Size2d kernelSize,
      Size2d strides,
      Padding padding,
      Size2d dilation,
      boolean useBias,
      Activation activation,
      Initializer kernelInitializer,
      Initializer biasInitializer) {
    this(
        filters,
        kernelSize,
        strides,
        padding,
        dilation,
        useBias,
        activation,
        kernelInitializer,
        biasInitializer,
        1);
  }

  /** Returns a convolution with a square kernel and Keras' defaults. */
  public static Conv2D of(int filters, int kernelSize) {
    return new Conv2D(
        filters,
        Size2d.square(kernelSize),
        Size2d.square(1),
        Padding.VALID,
        Size2d.square(1),
        true,
        Activation.LINEAR,
        Initializers.glorotUniform(),
        Initializers.zeros());
  }

  /** Returns this layer with another kernel size. */
  public Conv2D kernelSize(Size2d size) {
    return with(changed -> changed.kernelSize = size);
  }

  /** Returns this layer with the same stride along both axes. */
  public Conv2D strides(int stride) {
    return strides(Size2d.square(stride));
  }

  /** Returns this layer with other strides. */
  public Conv2D strides(Size2d size) {
    return with(changed -> changed.strides = size);
  }

  /** Returns this layer with another padding. */
  public Conv2D padding(Padding value) {
    return with(changed -> changed.padding = value);
  }

  /** Returns this layer with the same dilation along both axes. */
  public Conv2D dilation(int rate) {
    return with(changed -> changed.dilation = Size2d.square(rate));
  }

  /** Returns this layer with or without a bias. */
  public Conv2D useBias(boolean value) {
    return with(changed -> changed.useBias = value);
  }

  /** Returns this layer with a function applied to its output. */
  public Conv2D activation(Activation function) {
    return with(changed -> changed.activation = function);
  }

  /** Returns this layer with other initial values of the kernel. */
  public Conv2D kernelInitializer(Initializer initializer) {
    return with(changed -> changed.kernelInitializer = initializer);
  }

  /** Returns this layer with other initial values of the bias. */
  public Conv2D biasInitializer(Initializer initializer) {
    return with(changed -> changed.biasInitializer = initializer);
  }

  /** Returns this layer with its channels divided into groups. */
  public Conv2D groups(int count) {
    return with(changed -> changed.groups = count);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.images(inputs);
    int channels = x.shape().size(-1);
    if (channels % groups != 0) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The "
              + channels
              + " channels of the input cannot be divided into "
              + groups
              + " groups.",
          "Give a number of groups that divides both the input channels and the filters.");
    }
    Shape shape = Shape.of(kernelSize.height(), kernelSize.width(), channels / groups, filters);
    Tensor kernel = context.weight("kernel", shape, kernelInitializer);
    Tensor y = ops.conv2d(x, kernel, strides, padding, dilation, groups);
    if (useBias) {
      y = ops.add(y, context.weight("bias", Shape.of(filters), biasInitializer));
    }
    return activation.apply(ops, y);
  }

  private Conv2D with(Consumer<Settings> change) {
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
    private Size2d dilation;
    private boolean useBias;
    private Activation activation;
    private Initializer kernelInitializer;
    private Initializer biasInitializer;
    private int groups;

    Settings(Conv2D layer) {
      filters = layer.filters;
      kernelSize = layer.kernelSize;
      strides = layer.strides;
      padding = layer.padding;
      dilation = layer.dilation;
      useBias = layer.useBias;
      activation = layer.activation;
      kernelInitializer = layer.kernelInitializer;
      biasInitializer = layer.biasInitializer;
      groups = layer.groups;
    }

    Conv2D toLayer() {
      return new Conv2D(
          filters,
          kernelSize,
          strides,
          padding,
          dilation,
          useBias,
          activation,
          kernelInitializer,
          biasInitializer,
          groups);
    }
  }
}
