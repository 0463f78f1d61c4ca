package dev.espalier.engine.pytorch;

import dev.espalier.engine.lowering.AxisOrder;
import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Primitives that move elements without changing them, and resizing of images. */
final class ShapeLowerings {
  private ShapeLowerings() {}

  static void register(LoweringTable.Builder<Call, Value> table) {
    table
        .add(Op.Reshape.class, ShapeLowerings::reshape)
        .add(Op.Transpose.class, ShapeLowerings::transpose)
        .add(Op.Concat.class, ShapeLowerings::concat)
        .add(Op.Pad.class, ShapeLowerings::pad)
        .add(Op.Slice.class, ShapeLowerings::slice)
        .add(Op.Gather.class, ShapeLowerings::gather)
        .add(Op.Resize.class, ShapeLowerings::resize);
  }

  private static Lowered<Value> reshape(Op.Reshape op, Call call) {
    ScriptWriter torch = call.torch();
    List<Integer> before = call.inputShape(0).sizes();
    return Lowered.unary(
        torch.view("reshape", call.input(0), call.outputType().shape().sizes()),
        dy -> torch.view("reshape", dy, before));
  }

  private static Lowered<Value> transpose(Op.Transpose op, Call call) {
    AxisOrder order = new AxisOrder(op.permutation());
    ScriptWriter torch = call.torch();
    return Lowered.unary(
        torch.view("permute", call.input(0), order.axes()),
        dy -> torch.view("permute", dy, order.inverse().axes()));
  }

  private static Lowered<Value> concat(Op.Concat op, Call call) {
    ScriptWriter torch = call.torch();
    int axis = call.outputType().shape().normalizeAxis(op.axis());
    return Lowered.of(
        torch.apply("cat", call.inputs(), axis),
        (dy, wanted) -> {
          List<@Nullable Value> parts = new ArrayList<>();
          Object begin = 0;
          for (int i = 0; i < call.inputs().size(); i++) {
            Object end = plus(torch, begin, call.sizes(i).get(axis));
            parts.add(torch.part("slice", dy, axis, begin, end, 1));
            begin = end;
          }
          return parts;
        });
  }

  private static Object plus(ScriptWriter torch, Object a, Object b) {
    return a instanceof Integer first && b instanceof Integer second
        ? (Object) (first + second)
        : torch.apply("add", a, b);
  }

  private static Lowered<Value> pad(Op.Pad op, Call call) {
    ScriptWriter torch = call.torch();
    Value y =
        torch.apply("constant_pad_nd", call.input(0), lastAxisFirst(op.before(), op.after()), 0);
    return Lowered.unary(
        y,
        dy -> {
          Value part = dy;
          List<Object> sizes = call.sizes(0);
          for (int axis = 0; axis < sizes.size(); axis++) {
            int begin = op.before().get(axis);
            if (begin != 0 || op.after().get(axis) != 0) {
              Object end = plus(torch, begin, sizes.get(axis));
              part = torch.part("slice", part, axis, begin, end, 1);
            }
          }
          return part;
        });
  }

  /** Returns pairs of counts in PyTorch's order: the last axis first. */
  private static List<Object> lastAxisFirst(List<?> before, List<?> after) {
    List<Object> counts = new ArrayList<>();
    for (int axis = before.size() - 1; axis >= 0; axis--) {
      counts.add(before.get(axis));
      counts.add(after.get(axis));
    }
    return counts;
  }

  private static Lowered<Value> slice(Op.Slice op, Call call) {
    ScriptWriter torch = call.torch();
    Value y = call.input(0);
    List<Object> sizes = call.sizes(0);
    List<Object> after = new ArrayList<>();
    for (int axis = 0; axis < sizes.size(); axis++) {
      int begin = op.begin().get(axis);
      int size = op.size().get(axis);
      if (size == -1) {
        after.add(0);
        Object rest = plus(torch, sizes.get(axis), -begin);
        y = begin == 0 ? y : torch.part("narrow", y, axis, begin, rest);
      } else {
        after.add(plus(torch, sizes.get(axis), -(begin + size)));
        // Not "slice", which returns fewer rows than asked for if the batch is too small.
        y = torch.part("narrow", y, axis, begin, size);
      }
    }
    return Lowered.unary(
        y, dy -> torch.apply("constant_pad_nd", dy, lastAxisFirst(op.begin(), after), 0));
  }

  private static Lowered<Value> gather(Op.Gather op, Call call) {
    ScriptWriter torch = call.torch();
    Shape shape = call.inputShape(0);
    int axis = shape.normalizeAxis(op.axis());
    Value inside = torch.apply("clamp", call.input(1), 0, shape.size(axis) - 1);
    Value valid = torch.apply("eq", inside, call.input(1));
    Value rows = torch.view("reshape", inside, List.of(-1));
    Value slices = torch.apply("index_select", call.input(0), axis, rows);
    List<Integer> maskSizes = new ArrayList<>(call.inputShape(1).sizes());
    maskSizes.addAll(Collections.nCopies(shape.rank() - 1 - axis, 1));
    Value mask = torch.view("reshape", valid, maskSizes);
    Value y = torch.view("reshape", slices, call.outputType().shape().sizes());
    boolean differentiable = call.outputType().dataType() == DataType.FLOAT32;
    Value zero = torch.constant(differentiable ? HostArray.scalar(0f) : HostArray.scalar(0));
    Value result = torch.apply("where", mask, y, zero);
    if (!differentiable) {
      return Lowered.withoutGradient(result);
    }
    List<Integer> sizes = new ArrayList<>(shape.sizes());
    sizes.set(
        axis,
        call.inputShape(1).isStatic()
            ? Math.toIntExact(call.inputShape(1).elementCount())
            : Shape.UNKNOWN);
    return Lowered.of(
        result,
        (dy, wanted) -> {
          Value added = torch.view("reshape", torch.apply("where", mask, dy, zero), sizes);
          Value zeros = torch.apply("zeros_like", call.input(0));
          return Arrays.asList(torch.apply("index_add", zeros, axis, rows, added), null);
        });
  }

  private static Lowered<Value> resize(Op.Resize op, Call call) {
    ScriptWriter torch = call.torch();
    Shape shape = call.inputShape(0);
    List<Integer> size = List.of(op.height(), op.width());
    Value x = ConvolutionLowerings.channelsSecond(torch, call.input(0));
    // The two operators take the same arguments except align_corners.
    String operator =
        switch (op.interpolation()) {
          case NEAREST -> "_upsample_nearest_exact2d";
          case BILINEAR -> "upsample_bilinear2d";
        };
    List<@Nullable Object> arguments = new ArrayList<>();
    if (op.interpolation() == Op.Interpolation.BILINEAR) {
      arguments.add(false);
    }
    arguments.add(null);
    arguments.add(null);
    Value y = torch.apply(operator, with(arguments, x, size));
    return Lowered.unary(
        ConvolutionLowerings.channelsLast(torch, y),
        dy -> {
          List<Object> sizes = call.sizes(0);
          List<Object> input = List.of(sizes.get(0), shape.size(3), shape.size(1), shape.size(2));
          Value gradient =
              torch.apply(
                  operator + "_backward",
                  with(arguments, ConvolutionLowerings.channelsSecond(torch, dy), size, input));
          return ConvolutionLowerings.channelsLast(torch, gradient);
        });
  }

  private static @Nullable Object[] with(List<@Nullable Object> last, Object... first) {
    List<@Nullable Object> all = new ArrayList<>(List.of(first));
    all.addAll(last);
    return all.toArray();
  }
}
