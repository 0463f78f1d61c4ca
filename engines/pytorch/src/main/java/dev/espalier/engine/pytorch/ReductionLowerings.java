package dev.espalier.engine.pytorch;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Reductions over axes, softmax, matrix products, and class indices. */
final class ReductionLowerings {
  private ReductionLowerings() {}

  static void register(LoweringTable.Builder<Call, Value> table) {
    table
        .add(Op.Reduce.class, ReductionLowerings::reduce)
        .add(Op.ArgMax.class, ReductionLowerings::argMax)
        .add(Op.OneHot.class, ReductionLowerings::oneHot)
        .add(Op.Softmax.class, (op, call) -> softmax(call, "_softmax", "_softmax_backward_data"))
        .add(
            Op.LogSoftmax.class,
            (op, call) -> softmax(call, "_log_softmax", "_log_softmax_backward_data"))
        .add(Op.MatMul.class, ReductionLowerings::matMul);
  }

  private static Lowered<Value> reduce(Op.Reduce op, Call call) {
    ScriptWriter torch = call.torch();
    Value x = call.input(0);
    if (op.axes().isEmpty()) {
      // PyTorch interprets an empty list as all axes.
      return Lowered.unary(x, dy -> dy);
    }
    Shape shape = call.inputShape(0);
    List<Integer> axes = op.axes().stream().map(shape::normalizeAxis).toList();
    String operator =
        switch (op.reduction()) {
          case SUM -> "sum";
          case MEAN -> "mean";
          case MAX -> "amax";
          case MIN -> "amin";
        };
    Value y = torch.apply(operator, x, axes, op.keepDims());
    Shape kept = kept(shape, axes);
    return Lowered.unary(
        y,
        dy -> {
          Value wide = op.keepDims() ? dy : torch.view("reshape", dy, kept.sizes());
          return switch (op.reduction()) {
            case SUM -> repeat(call, wide, axes);
            case MEAN -> repeat(call, torch.overwriting("div", wide, count(call, axes)), axes);
            case MAX, MIN -> {
              // Tied elements share the gradient equally.
              Value extreme = op.keepDims() ? y : torch.view("reshape", y, kept.sizes());
              Value winners =
                  ScalarType.convert(torch, torch.apply("eq", x, extreme), DataType.FLOAT32);
              Value number = torch.apply("sum", winners, axes, true);
              yield torch.overwriting("mul", winners, torch.overwriting("div", wide, number));
            }
          };
        });
  }

  /**
   * Returns the elements of a gradient repeated along the axes that were reduced. The images are
   * not asked for their shape if it is known, because they would have to be kept for that.
   */
  private static Value repeat(Call call, Value gradient, List<Integer> axes) {
    Shape shape = call.inputShape(0);
    boolean known = axes.stream().noneMatch(axis -> shape.size(axis) == Shape.UNKNOWN);
    // A size of -1 is left as it is.
    return known
        ? call.torch().part("expand", gradient, shape.sizes())
        : call.torch().part("expand_as", gradient, call.input(0));
  }

  private static Shape kept(Shape shape, List<Integer> axes) {
    Shape kept = shape;
    for (int axis : axes) {
      kept = kept.with(axis, 1);
    }
    return kept;
  }

  /**
   * Returns the number of elements that are reduced to one: an integer or a value of the script.
   */
  private static Object count(Call call, List<Integer> axes) {
    List<Object> sizes = call.sizes(0);
    long known = 1;
    Object unknown = null;
    for (int axis : axes) {
      if (sizes.get(axis) instanceof Integer size) {
        known *= size;
      } else {
        unknown = sizes.get(axis);
      }
    }
    return unknown == null ? (Object) known : call.torch().apply("mul", unknown, known);
  }

  private static Lowered<Value> argMax(Op.ArgMax op, Call call) {
    ScriptWriter torch = call.torch();
    Value x = call.input(0);
    if (call.inputType(0).dataType() == DataType.FLOAT32) {
      // PyTorch treats NaN as the largest value.
      Value smallest = torch.constant(HostArray.scalar(Float.NEGATIVE_INFINITY));
      x = torch.apply("where", torch.apply("eq", x, x), x, smallest);
    }
    Value index = torch.apply("argmax", x, op.axis(), false);
    return Lowered.withoutGradient(ScalarType.convert(torch, index, DataType.INT32));
  }

  private static Lowered<Value> oneHot(Op.OneHot op, Call call) {
    ScriptWriter torch = call.torch();
    int[] classes = IntStream.range(0, op.depth()).toArray();
    Value all = torch.constant(HostArray.wrapInts(Shape.of(op.depth()), classes));
    Value equal = torch.apply("eq", torch.view("unsqueeze", call.input(0), -1), all);
    return Lowered.withoutGradient(ScalarType.convert(torch, equal, DataType.FLOAT32));
  }

  private static Lowered<Value> softmax(Call call, String operator, String backward) {
    ScriptWriter torch = call.torch();
    Value y = torch.apply(operator, call.input(0), -1, false);
    return Lowered.unary(
        y, dy -> torch.apply(backward, dy, y, -1, ScalarType.of(DataType.FLOAT32)));
  }

  private static Lowered<Value> matMul(Op.MatMul op, Call call) {
    ScriptWriter torch = call.torch();
    Value a = call.input(0);
    Value b = call.input(1);
    if (call.outputType().shape().rank() > 2) {
      return Lowered.of(
          torch.apply("matmul", a, b),
          (dy, wanted) ->
              Arrays.asList(
                  torch.apply("matmul", dy, torch.view("transpose", b, -2, -1)),
                  torch.apply("matmul", torch.view("transpose", a, -2, -1), dy)));
    }
    return Lowered.of(
        torch.apply("mm", a, b),
        (dy, wanted) ->
            Arrays.asList(
                torch.apply("mm", dy, torch.view("t", b)),
                torch.apply("mm", torch.view("t", a), dy)));
  }
}
