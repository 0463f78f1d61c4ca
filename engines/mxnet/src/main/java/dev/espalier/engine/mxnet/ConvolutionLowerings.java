package dev.espalier.engine.mxnet;

import dev.espalier.engine.djl.Lowered;
import dev.espalier.engine.djl.LoweringTable;
import dev.espalier.engine.djl.Window;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.Op;
import dev.espalier.graph.Size2d;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Convolutions and pooling; on the processor MXNet wants channels first. */
final class ConvolutionLowerings {
  /** Less than every number that matters; MXNet cannot read an infinity. */
  private static final double LOWEST = -Float.MAX_VALUE;

  private ConvolutionLowerings() {}

  static void register(LoweringTable.Builder<Call, Value> table) {
    table
        .add(
            Op.Conv2d.class,
            (op, call) ->
                convolution(
                    call,
                    Window.ofKernel(
                        call.inputShape(0),
                        call.inputShape(1),
                        op.strides(),
                        op.dilation(),
                        op.padding()),
                    1,
                    call.inputShape(1).size(3),
                    List.of(3, 2, 0, 1),
                    List.of(2, 3, 1, 0)))
        .add(
            Op.DepthwiseConv2d.class,
            (op, call) ->
                convolution(
                    call,
                    Window.ofKernel(
                        call.inputShape(0),
                        call.inputShape(1),
                        op.strides(),
                        Size2d.square(1),
                        op.padding()),
                    call.inputShape(0).size(-1),
                    call.inputShape(0).size(-1),
                    List.of(2, 3, 0, 1),
                    List.of(2, 3, 0, 1)))
        .add(Op.MaxPool2d.class, ConvolutionLowerings::maxPool)
        .add(Op.AveragePool2d.class, ConvolutionLowerings::averagePool);
  }

  private static Lowered<Value> convolution(
      Call call,
      Window window,
      int groups,
      int outputs,
      List<Integer> toMxNet,
      List<Integer> fromMxNet) {
    InstructionWriter mx = call.mx();
    Value image = pad(mx, window, mx.channelsFirst(call.input(0)), 0);
    Value kernel = mx.apply("_np_transpose", Map.of("axes", toMxNet), call.input(1));
    Value y =
        mx.apply(
            "_npx_convolution",
            Map.of(
                "kernel", sizes(window.size()),
                "stride", sizes(window.strides()),
                "dilate", sizes(window.dilation()),
                "pad", window.symmetric(),
                "num_filter", outputs,
                "num_group", groups,
                "no_bias", true),
            image,
            kernel);
    return Lowered.of(
        mx.channelsLast(y),
        (dy, wanted) -> {
          List<Integer> positions = new ArrayList<>();
          for (int i = 0; i < 2; i++) {
            if (wanted.test(i)) {
              positions.add(i);
            }
          }
          List<@Nullable Value> gradients = new ArrayList<>(java.util.Arrays.asList(null, null));
          List<Value> found = mx.differentiate(y, mx.channelsFirst(dy), positions);
          for (int i = 0; i < positions.size(); i++) {
            gradients.set(
                positions.get(i),
                positions.get(i) == 0
                    ? mx.channelsLast(unpad(mx, window, found.get(i)))
                    : mx.apply("_np_transpose", Map.of("axes", fromMxNet), found.get(i)));
          }
          return gradients;
        });
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

  /** Adds the sum over each window, multiplied by the reciprocal of how many are not padding. */
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
        "_npi_pad",
        Map.of(
            "pad_width",
            List.of(
                List.of(0, 0),
                List.of(0, 0),
                List.of(window.top(), window.bottom()),
                List.of(window.left(), window.right())),
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
