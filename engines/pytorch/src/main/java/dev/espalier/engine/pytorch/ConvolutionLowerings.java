package dev.espalier.engine.pytorch;

import dev.espalier.engine.lowering.AxisOrder;
import dev.espalier.engine.lowering.GroupedConvolution;
import dev.espalier.engine.lowering.KernelColumns;
import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.lowering.Window;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions and pooling. PyTorch expects images as {@code [batch, channels, height, width]}. Our
 * {@code [batch, height, width, channels]} with permuted axes is its channels-last memory format,
 * for which it has its fastest kernels, so no data is moved.
 */
final class ConvolutionLowerings {
  private static final List<Integer> NONE = List.of(0, 0);

  private ConvolutionLowerings() {}

  static void register(LoweringTable.Builder<Call, Value> table) {
    table
        .add(Op.Conv2d.class, (op, call) -> convolution(call, GroupedConvolution.of(op, call)))
        .add(
            Op.DepthwiseConv2d.class,
            (op, call) -> convolution(call, GroupedConvolution.of(op, call)))
        .add(Op.Conv2dTranspose.class, ConvolutionLowerings::transposed)
        .add(Op.MaxPool2d.class, ConvolutionLowerings::maxPool)
        .add(Op.AveragePool2d.class, ConvolutionLowerings::averagePool);
  }

  private static Lowered<Value> convolution(Call call, GroupedConvolution convolution) {
    ScriptWriter torch = call.torch();
    Window window = convolution.window();
    int groups = convolution.groups();
    AxisOrder order = convolution.kernelOrder();
    Value image = channelsSecond(torch, pad(torch, window, call.input(0), 0.0));
    Value kernel = torch.view("permute", call.input(1), order.axes());
    List<Integer> strides = sizes(window.strides());
    List<Integer> dilation = sizes(window.dilation());
    List<Integer> padding = window.symmetric();
    Value y = torch.apply("conv2d", image, kernel, null, strides, padding, dilation, groups);
    return Lowered.of(
        channelsLast(torch, y),
        (dy, wanted) -> {
          boolean inParts = wanted.test(1) && isFasterInParts(call, convolution);
          Value imageAgain = wanted.test(1) ? imageAgain(call, convolution, image, wanted) : image;
          List<Value> gradients =
              torch.applyForSeveral(
                  3,
                  "convolution_backward",
                  channelsSecond(torch, dy),
                  imageAgain,
                  kernel,
                  null,
                  strides,
                  padding,
                  dilation,
                  false,
                  NONE,
                  groups,
                  List.of(wanted.test(0), wanted.test(1) && !inParts, false));
          Value ofKernel =
              inParts
                  ? kernelGradientInParts(call, convolution, imageAgain, kernel, dy)
                  : gradients.get(1);
          return Arrays.asList(
              imageGradient(torch, window, gradients.get(0), wanted),
              wanted.test(1) ? torch.view("permute", ofKernel, order.inverse().axes()) : null);
        });
  }

  /**
   * Returns the image of a convolution for its backward pass. What would have to be kept from the
   * forward pass for nothing else is computed again: the product of squeeze-and-excitation, whose
   * factors are kept anyway, and the copy with padding of an image that is kept as it is.
   */
  private static Value imageAgain(
      Call call, GroupedConvolution convolution, Value image, IntPredicate wanted) {
    ScriptWriter torch = call.torch();
    Window window = convolution.window();
    if (window.isSymmetric() && call.isScaledImages(0)) {
      List<Value> factors = torch.line(call.input(0)).values();
      Value images = factors.get(0);
      if (wanted.test(0) && call.isSwishOfExcitation(call.maker(0))) {
        images = torch.again(images);
      }
      return channelsSecond(torch, torch.overwriting("mul", images, factors.get(1)));
    }
    return !window.isSymmetric() && isFasterInParts(call, convolution)
        ? channelsSecond(torch, pad(torch, window, call.input(0), 0.0))
        : image;
  }

  private static boolean isFasterInParts(Call call, GroupedConvolution convolution) {
    return call.onProcessor()
        && convolution.isDepthwise()
        && KernelColumns.of(convolution.window()).size() > 1;
  }

  /**
   * Returns the gradient with respect to a depthwise kernel; see {@link KernelColumns}.
   *
   * @param padded the image for the backward pass, with the padding that the operator cannot do
   */
  private static Value kernelGradientInParts(
      Call call, GroupedConvolution convolution, Value padded, Value kernel, Value dy) {
    ScriptWriter torch = call.torch();
    Window window = convolution.window();
    Value image =
        window.isSymmetric() && window.isPadded()
            ? surround(torch, window, call.input(0), 0.0)
            : channelsLast(torch, padded);
    List<Value> parts = new ArrayList<>();
    for (KernelColumns columns : KernelColumns.of(window)) {
      int first = columns.first();
      Value met = part(torch, image, 2, first, columns.imageColumns());
      parts.add(
          torch
              .applyForSeveral(
                  3,
                  "convolution_backward",
                  channelsSecond(torch, dy),
                  channelsSecond(torch, met),
                  part(torch, kernel, 3, first, columns.count()),
                  null,
                  sizes(window.strides()),
                  NONE,
                  List.of(1, 1),
                  false,
                  NONE,
                  convolution.groups(),
                  List.of(false, true, false))
              .get(1));
    }
    return torch.apply("cat", parts, 3);
  }

  /** Adds a transposed convolution, whose window slides over the output. */
  private static Lowered<Value> transposed(Op.Conv2dTranspose op, Call call) {
    ScriptWriter torch = call.torch();
    GroupedConvolution convolution = GroupedConvolution.of(op, call);
    Window window = convolution.window();
    AxisOrder order = convolution.kernelOrder();
    Value image = channelsSecond(torch, call.input(0));
    Value kernel = torch.view("permute", call.input(1), order.axes());
    List<Integer> strides = sizes(window.strides());
    List<Integer> dilation = sizes(window.dilation());
    List<Integer> padding = window.symmetric();
    List<Integer> more = window.outputPadding(call.inputShape(0));
    Value y =
        torch.apply("conv_transpose2d", image, kernel, null, strides, padding, more, 1, dilation);
    return Lowered.of(
        unpad(torch, window, channelsLast(torch, y)),
        (dy, wanted) -> {
          List<Value> gradients =
              torch.applyForSeveral(
                  3,
                  "convolution_backward",
                  channelsSecond(torch, pad(torch, window, dy, 0.0)),
                  image,
                  kernel,
                  null,
                  strides,
                  padding,
                  dilation,
                  true,
                  more,
                  1,
                  List.of(wanted.test(0), wanted.test(1), false));
          return Arrays.asList(
              wanted.test(0) ? channelsLast(torch, gradients.get(0)) : null,
              wanted.test(1)
                  ? torch.view("permute", gradients.get(1), order.inverse().axes())
                  : null);
        });
  }

  /**
   * Returns the sum of a convolution and a bias per channel, computed by the convolution operator
   * itself, or null if the inputs of the sum are something else.
   */
  static @Nullable Value withBias(Call call) {
    Shape bias = call.inputShape(1);
    if (bias.rank() != 1
        || call.inputShape(0).rank() != 4
        || bias.size(0) != call.inputShape(0).size(3)
        || !call.isOnlyUse(0)) {
      return null;
    }
    ScriptWriter torch = call.torch();
    ScriptLine view = torch.line(call.input(0));
    if (!view.operator().equals("permute")
        || !torch.line(view.values().get(0)).operator().equals("conv2d")) {
      return null;
    }
    // The convolution without bias is now unused and will be pruned.
    List<@Nullable Object> arguments =
        new ArrayList<>(torch.line(view.values().get(0)).arguments());
    arguments.set(2, call.input(1));
    return channelsLast(torch, torch.apply("conv2d", arguments.toArray()));
  }

  private static @Nullable Value imageGradient(
      ScriptWriter torch, Window window, Value gradient, IntPredicate wanted) {
    return wanted.test(0) ? unpad(torch, window, channelsLast(torch, gradient)) : null;
  }

  private static Lowered<Value> maxPool(Op.MaxPool2d op, Call call) {
    ScriptWriter torch = call.torch();
    Window window =
        new Window(call.inputShape(0), op.window(), op.strides(), Size2d.square(1), op.padding());
    Value image =
        channelsSecond(torch, pad(torch, window, call.input(0), Double.NEGATIVE_INFINITY));
    List<Integer> size = sizes(op.window());
    List<Integer> strides = sizes(op.strides());
    List<Integer> padding = window.symmetric();
    List<Integer> dilation = List.of(1, 1);
    List<Value> results =
        torch.applyForSeveral(
            2, "max_pool2d_with_indices", image, size, strides, padding, dilation, false);
    return Lowered.unary(
        channelsLast(torch, results.get(0)),
        dy -> {
          Value gradient =
              torch.apply(
                  "max_pool2d_with_indices_backward",
                  channelsSecond(torch, dy),
                  image,
                  size,
                  strides,
                  padding,
                  dilation,
                  false,
                  results.get(1));
          return unpad(torch, window, channelsLast(torch, gradient));
        });
  }

  /**
   * Adds the sum over each window, multiplied by the reciprocal of the number of elements that are
   * not padding.
   */
  private static Lowered<Value> averagePool(Op.AveragePool2d op, Call call) {
    ScriptWriter torch = call.torch();
    Window window =
        new Window(call.inputShape(0), op.window(), op.strides(), Size2d.square(1), op.padding());
    Value image = channelsSecond(torch, pad(torch, window, call.input(0), 0.0));
    List<Integer> size = sizes(op.window());
    List<Integer> strides = sizes(op.strides());
    List<Integer> padding = window.symmetric();
    Value share = torch.constant(window.reciprocalCounts());
    Value sums = torch.apply("avg_pool2d", image, size, strides, padding, false, true, 1);
    return Lowered.unary(
        torch.overwriting("mul", channelsLast(torch, sums), share),
        dy -> {
          Value shared = channelsSecond(torch, torch.overwriting("mul", dy, share));
          Value gradient =
              torch.apply(
                  "avg_pool2d_backward", shared, image, size, strides, padding, false, true, 1);
          return unpad(torch, window, channelsLast(torch, gradient));
        });
  }

  static Value channelsSecond(ScriptWriter torch, Value images) {
    return torch.view("permute", images, List.of(0, 3, 1, 2));
  }

  static Value channelsLast(ScriptWriter torch, Value images) {
    return torch.view("permute", images, List.of(0, 2, 3, 1));
  }

  private static List<Integer> sizes(Size2d size) {
    return List.of(size.height(), size.width());
  }

  /** Pads images by what PyTorch's operators cannot pad themselves. */
  private static Value pad(ScriptWriter torch, Window window, Value images, double value) {
    return window.isSymmetric() ? images : surround(torch, window, images, value);
  }

  /** Adds all rows and columns that a window meets beside the images. */
  private static Value surround(ScriptWriter torch, Window window, Value images, double value) {
    List<Integer> counts =
        List.of(0, 0, window.left(), window.right(), window.top(), window.bottom(), 0, 0);
    return torch.apply("constant_pad_nd", images, counts, value);
  }

  /** Returns the gradient with respect to the images before {@link #pad}. */
  private static Value unpad(ScriptWriter torch, Window window, Value gradient) {
    if (window.isSymmetric()) {
      return gradient;
    }
    Value rows = part(torch, gradient, 1, window.top(), window.image().size(1));
    return part(torch, rows, 2, window.left(), window.image().size(2));
  }

  private static Value part(ScriptWriter torch, Value x, int axis, int begin, int size) {
    return torch.part("slice", x, axis, begin, begin + size, 1);
  }
}
