package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reductions over axes, softmax, matrix products, and class indices. */
final class ReductionLowerings {
  private ReductionLowerings() {}

  static void register(LoweringTable.Builder<Call, Value> table) {
    table
        .add(Op.Reduce.class, ReductionLowerings::reduce)
        .add(Op.ArgMax.class, ReductionLowerings::argMax)
        .add(Op.OneHot.class, ReductionLowerings::oneHot)
        .add(Op.Softmax.class, ReductionLowerings::softmax)
        .add(Op.LogSoftmax.class, ReductionLowerings::logSoftmax)
        .add(Op.MatMul.class, ReductionLowerings::matMul);
  }

  private static Lowered<Value> reduce(Op.Reduce op, Call call) {
    InstructionWriter mx = call.mx();
    Value x = call.input(0);
    Shape shape = call.inputShape(0);
    if (op.axes().isEmpty()) {
      return Lowered.unary(x, dy -> dy);
    }
    List<Integer> axes = op.axes().stream().map(shape::normalizeAxis).toList();
    String operator =
        switch (op.reduction()) {
          case SUM -> "_np_sum";
          case MEAN -> "_npi_mean";
          case MAX -> "_np_max";
          case MIN -> "_np_min";
        };
    Value y = Broadcasts.reduce(call, operator, x, shape, axes, op.keepDims());
    Shape kept = kept(shape, axes);
    return Lowered.unary(
        y,
        dy -> {
          Value wide = op.keepDims() ? dy : call.reshape(dy, kept);
          return switch (op.reduction()) {
            case SUM -> like(call, wide, kept);
            case MEAN ->
                like(call, mx.apply("_npi_multiply", wide, reciprocalOfCount(call, axes)), kept);
            case MAX, MIN -> {
              // Tied elements share the gradient equally.
              Value extreme = op.keepDims() ? y : call.reshape(y, kept);
              Value equal = Broadcasts.binary(call, "_npi_equal", x, shape, extreme, kept);
              Value winners =
                  Broadcasts.unary(call, "_npi_cast", Map.of("dtype", "float32"), equal);
              Value count = Broadcasts.reduce(call, "_np_sum", winners, shape, axes, true);
              Value share = Broadcasts.binary(call, "_npi_true_divide", wide, kept, count, kept);
              yield Broadcasts.binary(call, "_npi_multiply", winners, shape, share, kept);
            }
          };
        });
  }

  /** Returns an array broadcast to the shape of the input. */
  private static Value like(Call call, Value wide, Shape kept) {
    Value ones = Broadcasts.unary(call, "ones_like", call.input(0));
    return Broadcasts.binary(call, "_npi_multiply", ones, call.inputShape(0), wide, kept);
  }

  private static Shape kept(Shape shape, List<Integer> axes) {
    Shape kept = shape;
    for (int axis : axes) {
      kept = kept.with(axis, 1);
    }
    return kept;
  }

  private static Value reciprocalOfCount(Call call, List<Integer> axes) {
    InstructionWriter mx = call.mx();
    double known = 1;
    boolean batch = false;
    for (int axis : axes) {
      int size = call.inputShape(0).size(axis);
      batch |= size == Shape.UNKNOWN;
      known *= size == Shape.UNKNOWN ? 1 : size;
    }
    if (!batch) {
      return call.number(1 / known);
    }
    // Only the first axis can have an unknown size.
    Value sizes = mx.apply("_npx_shape_array", call.input(0));
    Value first = mx.apply("_npx_slice", Map.of("begin", List.of(0), "end", List.of(1)), sizes);
    Value samples =
        call.reshape(mx.apply("_npi_cast", Map.of("dtype", "float32"), first), Shape.scalar());
    return mx.apply("_npi_reciprocal", mx.apply("_npi_multiply", samples, call.number(known)));
  }

  private static Lowered<Value> argMax(Op.ArgMax op, Call call) {
    InstructionWriter mx = call.mx();
    Value x = call.input(0);
    if (call.inputType(0).dataType() == DataType.FLOAT32) {
      // MXNet returns the index of the first NaN.
      Shape shape = call.inputShape(0);
      Value isNumber = Broadcasts.binary(call, "_npi_equal", x, shape, x, shape);
      x = mx.apply("_npi_where", isNumber, x, call.number(Double.NEGATIVE_INFINITY));
    }
    Value index = mx.apply("_npi_argmax", Map.of("axis", op.axis(), "keepdims", false), x);
    return Lowered.withoutGradient(mx.apply("_npi_cast", Map.of("dtype", "int32"), index));
  }

  private static Lowered<Value> oneHot(Op.OneHot op, Call call) {
    return Lowered.withoutGradient(
        call.mx()
            .apply(
                "_npx_one_hot",
                Map.of("depth", op.depth(), "dtype", IntegerArithmetic.name(DataType.FLOAT32)),
                call.input(0)));
  }

  private static Lowered<Value> softmax(Op.Softmax op, Call call) {
    InstructionWriter mx = call.mx();
    Value y = mx.apply("_npx_softmax", Map.of("axis", -1), call.input(0));
    return Lowered.unary(
        y,
        dy -> {
          Value mean = sumOfRows(call, mx.apply("_npi_multiply", dy, y));
          return mx.apply("_npi_multiply", mx.apply("_npi_subtract", dy, mean), y);
        });
  }

  private static Lowered<Value> logSoftmax(Op.LogSoftmax op, Call call) {
    InstructionWriter mx = call.mx();
    Value y = mx.apply("_npx_log_softmax", Map.of("axis", -1), call.input(0));
    return Lowered.unary(
        y,
        dy -> {
          Value share = mx.apply("_npi_multiply", mx.apply("_npi_exp", y), sumOfRows(call, dy));
          return mx.apply("_npi_subtract", dy, share);
        });
  }

  private static Value sumOfRows(Call call, Value x) {
    List<Integer> last = List.of(call.outputType().shape().rank() - 1);
    return call.mx().apply("_np_sum", Map.of("axis", last, "keepdims", true), x);
  }

  private static Lowered<Value> matMul(Op.MatMul op, Call call) {
    InstructionWriter mx = call.mx();
    Value a = call.input(0);
    Value b = call.input(1);
    if (call.outputType().shape().rank() > 2) {
      String product = "_npx_batch_dot";
      return Lowered.of(
          mx.apply(product, a, b),
          (dy, wanted) ->
              Arrays.asList(
                  mx.apply(product, Map.of("transpose_b", true), dy, b),
                  mx.apply(product, Map.of("transpose_a", true), a, dy)));
    }
    return Lowered.of(
        mx.apply("dot", a, b),
        (dy, wanted) ->
            Arrays.asList(
                mx.apply("dot", Map.of("transpose_b", true), dy, b),
                mx.apply("dot", Map.of("transpose_a", true), a, dy)));
  }
}
