package dev.espalier.layer.convolution;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Op;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Transposed two-dimensional convolution, which upsamples images by its strides, as in decoders and
 * segmentation. Input {@code [batch, height, width, in]}, output {@code [batch, height', width',
 * filters]}: with padding {@code SAME} an axis of the output has {@code size * stride} elements,
 * with {@code VALID} {@code size * stride + max(window - stride, 0)}, where the window is {@code
 * (kernel - 1) * dilation + 1}. With an output padding {@code p} it has {@code (size - 1) * stride
 * + window mod 2 + p} elements with {@code SAME} and {@code (size - 1) * stride + window + p} with
 * {@code VALID}, as in Keras. Variables: {@code kernel} {@code [height, width, filters, in]} and
 * {@code bias} {@code [filters]}. Immutable and thread-safe.
 *
 * @param filters number of output channels
 * @param kernelSize height and width of the kernel in pixels
 * @param strides upsampling factors of height and width
 * @param padding how the border is handled
 * @param useBias whether there is a bias
 * @param activation applied to the output
 * @param kernelInitializer initial values of the kernel
 * @param biasInitializer initial values of the bias
 * @param dilation distance between neighbours in the window
 * @param outputPadding additional rows and columns of the output, less than the strides; null for
 *     the size that needs no choice
 */
public record Conv2DTranspose(
    int filters,
    Size2d kernelSize,
    Size2d strides,
    Padding padding,
    boolean useBias,
    Activation activation,
    Initializer kernelInitializer,
    Initializer biasInitializer,
    Size2d dilation,
    @Nullable OutputPadding outputPadding)
    implements Layer {

  /**
   * Additional rows and columns of an output.
   *
   * @param height rows, 0 or more
   * @param width columns, 0 or more
   */
  public record OutputPadding(int height, int width) {
    /** Checks the numbers. */
    public OutputPadding {
      ArgumentChecks.notNegative("output padding", height);
      ArgumentChecks.notNegative("output padding", width);
    }
  }

  /** Checks the number of filters and the output padding. */
  public Conv2DTranspose {
    ArgumentChecks.positive("number of filters", filters);
    if (outputPadding != null) {
      ArgumentChecks.require(
          outputPadding.height < strides.height() && outputPadding.width < strides.width(),
          "output padding",
          "(" + outputPadding.height + ", " + outputPadding.width + ")",
          "Give less than the strides, " + strides + ".");
    }
  }

  /** Creates a layer without dilation and output padding, as all were in files that name none. */
  public Conv2DTranspose(
      int filters,
      Size2d kernelSize,
      Size2d strides,
      Padding padding,
      boolean useBias,
      Activation activation,
      Initializer kernelInitializer,
      Initializer biasInitializer) {
    this(
        filters,
        kernelSize,
        strides,
        padding,
        useBias,
        activation,
        kernelInitializer,
        biasInitializer,
        Size2d.square(1),
        null);
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

  /** Returns this layer with the same distance along both axes between neighbours in the window. */
  public Conv2DTranspose dilation(int distance) {
    return dilation(Size2d.square(distance));
  }

  /** Returns this layer with other distances between neighbours in the window. */
  public Conv2DTranspose dilation(Size2d distances) {
    return with(changed -> changed.dilation = distances);
  }

  /** Returns this layer with as many additional rows and columns; set the strides first. */
  public Conv2DTranspose outputPadding(int more) {
    return outputPadding(new OutputPadding(more, more));
  }

  /** Returns this layer with additional rows and columns of the output; set the strides first. */
  public Conv2DTranspose outputPadding(OutputPadding more) {
    return with(changed -> changed.outputPadding = more);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.images(inputs);
    Shape shape = Shape.of(kernelSize.height(), kernelSize.width(), filters, x.shape().size(-1));
    Tensor kernel = context.weight("kernel", shape, kernelInitializer);
    Tensor window = spread(ops, spread(ops, kernel, 0, dilation.height()), 1, dilation.width());
    Tensor y;
    if (outputPadding == null) {
      y = ops.conv2dTranspose(x, window, strides, padding);
    } else {
      y = ops.conv2dTranspose(x, window, strides, Padding.VALID);
      y = cut(ops, y, 1, x, window, strides.height(), outputPadding.height());
      y = cut(ops, y, 2, x, window, strides.width(), outputPadding.width());
    }
    if (useBias) {
      y = ops.add(y, context.weight("bias", Shape.of(filters), biasInitializer));
    }
    return activation.apply(ops, y);
  }

  /** Returns a kernel with zeros between its neighbours along an axis. */
  private static Tensor spread(Ops ops, Tensor kernel, int axis, int distance) {
    int size = kernel.shape().size(axis);
    if (distance == 1 || size == 1) {
      return kernel;
    }
    // One row of zeros after the others, which is gathered into each of the gaps.
    Tensor padded = ops.apply(pad(axis, 1), List.of(kernel)).get(0);
    int[] rows = new int[(size - 1) * distance + 1];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i % distance == 0 ? i / distance : size;
    }
    return ops.gather(padded, ops.constant(HostArray.wrapInts(Shape.of(rows.length), rows)), axis);
  }

  private static Op.Pad pad(int axis, int after) {
    List<Integer> sizes = new ArrayList<>(Collections.nCopies(4, 0));
    sizes.set(axis, after);
    return new Op.Pad(Collections.nCopies(4, 0), sizes);
  }

  /**
   * Returns the rows of the whole output that an output padding asks for, with zeros after them.
   */
  private Tensor cut(
      Ops ops, Tensor whole, int axis, Tensor x, Tensor kernel, int stride, int more) {
    int window = kernel.shape().size(axis - 1);
    int steps = (x.shape().size(axis) - 1) * stride;
    boolean same = padding == Padding.SAME;
    int length = steps + (same ? window % 2 : window) + more;
    if (length < 1) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "A transposed convolution of the input " + x.shape() + " would be of size 0.",
          "Give an output padding of 1 or more.");
    }
    int begin = same ? Math.max(0, steps + window - length) / 2 : 0;
    int missing = Math.max(0, begin + length - whole.shape().size(axis));
    Tensor enough = missing == 0 ? whole : ops.apply(pad(axis, missing), List.of(whole)).get(0);
    List<Integer> from = new ArrayList<>(Collections.nCopies(4, 0));
    from.set(axis, begin);
    return ops.slice(enough, from, enough.shape().with(axis, length).sizes());
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
    private Size2d dilation;
    private @Nullable OutputPadding outputPadding;

    Settings(Conv2DTranspose layer) {
      filters = layer.filters;
      kernelSize = layer.kernelSize;
      strides = layer.strides;
      padding = layer.padding;
      useBias = layer.useBias;
      activation = layer.activation;
      kernelInitializer = layer.kernelInitializer;
      biasInitializer = layer.biasInitializer;
      dilation = layer.dilation;
      outputPadding = layer.outputPadding;
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
          biasInitializer,
          dilation,
          outputPadding);
    }
  }
}
