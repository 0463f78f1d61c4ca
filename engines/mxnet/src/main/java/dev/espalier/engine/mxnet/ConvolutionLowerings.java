package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.AxisOrder;
import dev.espalier.engine.lowering.GroupedConvolution;
import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.lowering.Window;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Convolutions and pooling; on the CPU, MXNet requires channels first. */
final class ConvolutionLowerings {
  /** Stands in for negative infinity, which MXNet cannot parse. */
  private static final double LOWEST = -Float.MAX_VALUE;

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
    InstructionWriter mx = call.mx();
    Window window = convolution.window();
    AxisOrder order = convolution.kernelOrder();
    Value image = pad(mx, window, mx.channelsFirst(call.input(0)), 0);
    Value kernel = mx.transpose(call.input(1), order);
    Value y = convolve(mx, convolution, image, kernel);
    return Lowered.of(
        mx.channelsLast(y),
        (dy, wanted) -> {
          List<@Nullable Value> gradients = mx.differentiate(y, mx.channelsFirst(dy), 2, wanted);
          Value ofImage = gradients.get(0);
          Value ofKernel = gradients.get(1);
          return Arrays.asList(
              ofImage == null ? null : mx.channelsLast(unpad(mx, window, ofImage)),
              ofKernel == null ? null : mx.transpose(ofKernel, order.inverse()));
        });
  }

  /**
   * Adds a transposed convolution as the gradient of a convolution: MXNet's own operator fails, or
   * crashes the process, with oneDNN.
   */
  private static Lowered<Value> transposed(Op.Conv2dTranspose op, Call call) {
    InstructionWriter mx = call.mx();
    GroupedConvolution convolution = GroupedConvolution.of(op, call);
    Window window = convolution.window();
    AxisOrder order = convolution.kernelOrder();
    Value x = mx.channelsFirst(call.input(0));
    Value kernel = mx.transpose(call.input(1), order);
    Value image = pad(mx, window, zeros(mx, x, window.image()), 0);
    Value forward = convolve(mx, convolution, image, kernel);
    Value y = mx.differentiate(forward, x, List.of(0)).get(0);
    return Lowered.of(
        mx.channelsLast(unpad(mx, window, y)),
        (dy, wanted) -> {
          Value gradient = pad(mx, window, mx.channelsFirst(dy), 0);
          Value ofImage = convolve(mx, convolution, gradient, kernel);
          Value ofKernel = wanted.test(1) ? mx.differentiate(ofImage, x, List.of(1)).get(0) : null;
          return Arrays.asList(
              mx.channelsLast(ofImage),
              ofKernel == null ? null : mx.transpose(ofKernel, order.inverse()));
        });
  }

  /** Returns zeros with channels first, for as many images as {@code like} has. */
  private static Value zeros(InstructionWriter mx, Value like, Shape image) {
    Map<String, Object> first =
        Map.of("begin", List.of("None", 0, 0, 0), "end", List.of("None", 1, 1, 1));
    Value one = mx.apply("zeros_like", mx.apply("_npx_slice", first, like));
    List<Integer> none = List.of(0, 0);
    return mx.apply(
        "_npi_pad",
        Map.of(
            "pad_width",
            List.of(
                none,
                List.of(0, image.size(3) - 1),
                List.of(0, image.size(1) - 1),
                List.of(0, image.size(2) - 1)),
            "mode",
            "constant",
            "constant_value",
            0.0),
        one);
  }

  private static Value convolve(
      InstructionWriter mx, GroupedConvolution convolution, Value image, Value kernel) {
    Window window = convolution.window();
    return mx.apply(
        "_npx_convolution",
        Map.of(
            "kernel", sizes(window.size()),
            "stride", sizes(window.strides()),
            "dilate", sizes(window.dilation()),
            "pad", window.symmetric(),
            "num_filter", convolution.outputs(),
            "num_group", convolution.groups(),
            "no_bias", true),
        image,
        kernel);
  }

  private static Lowered<Value> maxPool(Op.MaxPool2d op, Call call) {
    InstructionWriter mx = call.mx();
    Window window =
        new Window(call.inputShape(0), op.window(), op.strides(), Size2d.square(1), op.padding());
    Value image = pad(mx, window, mx.channelsFirst(call.input(0)), LOWEST);
    Value y = mx.apply("_npx_pooling", pooling(window, "max"), image);
    return Lowered.unary(
        mx.channelsLast(y),
        dy -> {
          Value gradient = mx.differentiate(y, mx.channelsFirst(dy), List.of(0)).get(0);
          return mx.channelsLast(unpad(mx, window, gradient));
        });
  }

  /**
   * Adds the sum over each window, multiplied by the reciprocal of the number of elements that are
   * not padding.
   */
  private static Lowered<Value> averagePool(Op.AveragePool2d op, Call call) {
    InstructionWriter mx = call.mx();
    Window window =
        new Window(call.inputShape(0), op.window(), op.strides(), Size2d.square(1), op.padding());
    Value image = pad(mx, window, mx.channelsFirst(call.input(0)), 0);
    Value share = mx.channelsFirst(mx.constant(window.reciprocalCounts()));
    Value y = mx.apply("_npx_pooling", pooling(window, "sum"), image);
    return Lowered.unary(
        mx.channelsLast(mx.apply("_npi_multiply", y, share)),
        dy -> {
          Value shared = mx.apply("_npi_multiply", mx.channelsFirst(dy), share);
          Value gradient = mx.differentiate(y, shared, List.of(0)).get(0);
          return mx.channelsLast(unpad(mx, window, gradient));
        });
  }

  private static Map<String, Object> pooling(Window window, String type) {
    return new TreeMap<>(
        Map.of(
            "kernel", sizes(window.size()),
            "stride", sizes(window.strides()),
            "pad", window.symmetric(),
            "pool_type", type,
            "pooling_convention", "valid"));
  }

  private static List<Integer> sizes(Size2d size) {
    return List.of(size.height(), size.width());
  }

  private static Value pad(InstructionWriter mx, Window window, Value images, double value) {
    if (window.isSymmetric()) {
      return images;
    }
    return mx.apply(
        "Pad", // several times as fast as _npi_pad
        Map.of(
            "pad_width",
            List.of(0, 0, 0, 0, window.top(), window.bottom(), window.left(), window.right()),
            "mode",
            "constant",
            "constant_value",
            value),
        images);
  }

  private static Value unpad(InstructionWriter mx, Window window, Value gradient) {
    if (window.isSymmetric()) {
      return gradient;
    }
    int top = window.top();
    int left = window.left();
    return mx.apply(
        "_npx_slice",
        Map.of(
            "begin",
            List.of("None", "None", top, left),
            "end",
            List.of("None", "None", top + window.image().size(1), left + window.image().size(2))),
        gradient);
  }
}
