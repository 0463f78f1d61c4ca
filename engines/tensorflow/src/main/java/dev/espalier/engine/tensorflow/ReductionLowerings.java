package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Output;

/** Reductions over axes, softmax, matrix products, and class indices. */
final class ReductionLowerings {
  private ReductionLowerings() {}

  static void register(LoweringTable.Builder<Call, Output<?>> table) {
    table
        .add(Op.Reduce.class, ReductionLowerings::reduce)
        .add(Op.ArgMax.class, ReductionLowerings::argMax)
        .add(Op.OneHot.class, ReductionLowerings::oneHot)
        .add(Op.Softmax.class, ReductionLowerings::softmax)
        .add(Op.LogSoftmax.class, ReductionLowerings::logSoftmax)
        .add(Op.MatMul.class, ReductionLowerings::matMul);
  }

  private static Lowered<Output<?>> reduce(Op.Reduce op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> x = call.input(0);
    List<Integer> axes = op.axes().stream().map(call.inputType(0).shape()::normalizeAxis).toList();
    String type =
        switch (op.reduction()) {
          case SUM -> "Sum";
          case MEAN -> "Mean";
          case MAX -> "Max";
          case MIN -> "Min";
        };
    Output<?> y = tf.reduce(type, x, axes, op.keepDims());
    Shape kept = kept(call.inputType(0).shape(), axes);
    return Lowered.unary(
        y,
        dy -> {
          Output<?> wide = op.keepDims() ? dy : tf.reshape(dy, kept);
          return switch (op.reduction()) {
            case SUM -> tf.apply("BroadcastTo", wide, tf.sizes(x));
            case MEAN -> {
              Output<?> share = tf.apply("Mul", wide, reciprocalOfCount(call, axes));
              yield tf.apply("BroadcastTo", share, tf.sizes(x));
            }
            case MAX, MIN -> {
              // Tied elements share the gradient equally, as in TensorFlow and PyTorch.
              Output<?> extreme = op.keepDims() ? y : tf.reshape(y, kept);
              Output<?> winners = tf.cast(tf.apply("Equal", x, extreme), DataType.FLOAT32);
              Output<?> count = tf.reduce("Sum", winners, axes, true);
              yield tf.apply("Mul", winners, tf.apply("RealDiv", wide, count));
            }
          };
        });
  }

  private static Shape kept(Shape shape, List<Integer> axes) {
    Shape kept = shape;
    for (int axis : axes) {
      kept = kept.with(axis, 1);
    }
    return kept;
  }

  private static Output<?> reciprocalOfCount(Call call, List<Integer> axes) {
    GraphWriter tf = call.tf();
    Shape shape = call.inputType(0).shape();
    double known = 1;
    boolean batch = false;
    for (int axis : axes) {
      if (shape.size(axis) == Shape.UNKNOWN) {
        batch = true;
      } else {
        known *= shape.size(axis);
      }
    }
    if (!batch) {
      return tf.number((float) (1 / known));
    }
    // Only the first axis can have an unknown size.
    Output<?> samples =
        tf.reshape(
            tf.apply("Slice", tf.sizes(call.input(0)), tf.ints(0), tf.ints(1)), Shape.scalar());
    Output<?> count = tf.apply("Mul", tf.cast(samples, DataType.FLOAT32), tf.number((float) known));
    return tf.apply("Reciprocal", count);
  }

  private static Lowered<Output<?>> argMax(Op.ArgMax op, Call call) {
    return Lowered.withoutGradient(
        call.tf()
            .op("ArgMax")
            .inputs(call.input(0), call.tf().integer(op.axis()))
            .attr("output_type", HostTransfer.dataType(DataType.INT32))
            .output());
  }

  private static Lowered<Output<?>> oneHot(Op.OneHot op, Call call) {
    GraphWriter tf = call.tf();
    return Lowered.withoutGradient(
        tf.apply(
            "OneHot",
            call.input(0),
            tf.constant(HostArray.scalar(op.depth())),
            tf.number(1),
            tf.number(0)));
  }

  private static Lowered<Output<?>> softmax(Op.Softmax op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> y = tf.apply("Softmax", call.input(0));
    return Lowered.unary(
        y,
        dy -> {
          Output<?> mean = tf.reduce("Sum", tf.apply("Mul", dy, y), lastAxis(call), true);
          return tf.apply("Mul", tf.apply("Sub", dy, mean), y);
        });
  }

  private static Lowered<Output<?>> logSoftmax(Op.LogSoftmax op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> y = tf.apply("LogSoftmax", call.input(0));
    return Lowered.unary(
        y,
        dy -> {
          Output<?> sum = tf.reduce("Sum", dy, lastAxis(call), true);
          return tf.apply("Sub", dy, tf.apply("Mul", tf.apply("Exp", y), sum));
        });
  }

  private static List<Integer> lastAxis(Call call) {
    return List.of(call.outputType().shape().rank() - 1);
  }

  private static Lowered<Output<?>> matMul(Op.MatMul op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> a = call.input(0);
    Output<?> b = call.input(1);
    if (call.outputType().shape().rank() > 2) {
      return Lowered.of(
          tf.apply("BatchMatMulV2", a, b),
          (dy, wanted) ->
              Arrays.asList(
                  tf.op("BatchMatMulV2").inputs(dy, b).attr("adj_y", true).output(),
                  tf.op("BatchMatMulV2").inputs(a, dy).attr("adj_x", true).output()));
    }
    return Lowered.of(
        tf.apply("MatMul", a, b),
        (dy, wanted) ->
            Arrays.asList(
                tf.op("MatMul").inputs(dy, b).attr("transpose_b", true).output(),
                tf.op("MatMul").inputs(a, dy).attr("transpose_a", true).output()));
  }
}
