package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.AxisOrder;
import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Output;

/** Primitives that move elements without changing them. */
final class ShapeLowerings {
  private ShapeLowerings() {}

  static void register(LoweringTable.Builder<Call, Output<?>> table) {
    table
        .add(Op.Reshape.class, ShapeLowerings::reshape)
        .add(Op.Transpose.class, ShapeLowerings::transpose)
        .add(Op.Concat.class, ShapeLowerings::concat)
        .add(Op.Pad.class, ShapeLowerings::pad)
        .add(Op.Slice.class, ShapeLowerings::slice)
        .add(Op.Gather.class, ShapeLowerings::gather);
  }

  private static Lowered<Output<?>> reshape(Op.Reshape op, Call call) {
    GraphWriter tf = call.tf();
    return Lowered.unary(
        tf.reshape(call.input(0), call.outputType().shape()),
        dy -> tf.reshape(dy, call.inputType(0).shape()));
  }

  private static Lowered<Output<?>> transpose(Op.Transpose op, Call call) {
    GraphWriter tf = call.tf();
    AxisOrder order = new AxisOrder(op.permutation());
    return Lowered.unary(
        tf.apply("Transpose", call.input(0), tf.ints(order.axes())),
        dy -> tf.apply("Transpose", dy, tf.ints(order.inverse().axes())));
  }

  private static Lowered<Output<?>> concat(Op.Concat op, Call call) {
    GraphWriter tf = call.tf();
    int count = call.inputs().size();
    if (count == 1) {
      return Lowered.unary(tf.apply("Identity", call.input(0)), dy -> dy);
    }
    int axis = call.outputType().shape().normalizeAxis(op.axis());
    Output<?> y = tf.op("ConcatV2").inputList(call.inputs()).inputs(tf.integer(axis)).output();
    return Lowered.of(
        y,
        (dy, wanted) -> {
          List<Output<?>> sizes = new ArrayList<>();
          for (Output<?> input : call.inputs()) {
            sizes.add(tf.sizes(input));
          }
          List<Output<?>> offsets =
              tf.op("ConcatOffset").inputs(tf.integer(axis)).inputList(sizes).outputs();
          List<@Nullable Output<?>> parts = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            parts.add(tf.apply("Slice", dy, offsets.get(i), sizes.get(i)));
          }
          return parts;
        });
  }

  private static Lowered<Output<?>> pad(Op.Pad op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> x = call.input(0);
    int rank = op.before().size();
    int[] paddings = new int[2 * rank];
    for (int i = 0; i < rank; i++) {
      paddings[2 * i] = op.before().get(i);
      paddings[2 * i + 1] = op.after().get(i);
    }
    Output<?> counts = tf.constant(HostArray.wrapInts(Shape.of(rank, 2), paddings));
    return Lowered.unary(
        tf.apply("Pad", x, counts), dy -> tf.apply("Slice", dy, tf.ints(op.before()), tf.sizes(x)));
  }

  private static Lowered<Output<?>> slice(Op.Slice op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> x = call.input(0);
    Output<?> begin = tf.ints(op.begin());
    Output<?> y = tf.apply("Slice", x, begin, tf.ints(op.size()));
    return Lowered.unary(
        y,
        dy -> {
          Output<?> after = tf.apply("Sub", tf.apply("Sub", tf.sizes(x), begin), tf.sizes(y));
          Output<?> counts =
              tf.op("Pack").inputList(List.of(begin, after)).attr("axis", 1).output();
          return tf.apply("Pad", dy, counts);
        });
  }

  private static Lowered<Output<?>> gather(Op.Gather op, Call call) {
    GraphWriter tf = call.tf();
    Shape shape = call.inputType(0).shape();
    Shape indexShape = call.inputType(1).shape();
    int axis = shape.normalizeAxis(op.axis());
    int size = shape.size(axis);
    Output<?> indices = call.input(1);
    Output<?> inside =
        tf.apply("Minimum", tf.apply("Maximum", indices, tf.integer(0)), tf.integer(size - 1));
    Output<?> valid = tf.apply("Equal", inside, indices);
    List<Integer> maskSizes = new ArrayList<>(indexShape.sizes());
    maskSizes.addAll(Collections.nCopies(shape.rank() - 1 - axis, 1));
    Output<?> mask = tf.reshape(valid, Shape.of(maskSizes));
    Output<?> zero = tf.cast(tf.integer(0), call.outputType().dataType());
    Output<?> y =
        tf.apply(
            "SelectV2", mask, tf.apply("GatherV2", call.input(0), inside, tf.integer(axis)), zero);
    if (call.outputType().dataType() != DataType.FLOAT32) {
      return Lowered.withoutGradient(y);
    }
    return Lowered.of(
        y,
        (dy, wanted) -> {
          // UnsortedSegmentSum ignores negative segment ids.
          Output<?> rows = tf.apply("SelectV2", valid, indices, tf.integer(-1));
          Output<?> sum =
              tf.apply(
                  "UnsortedSegmentSum",
                  moved(tf, dy, call.outputType().shape().rank(), axis, indexShape.rank(), 0),
                  rows,
                  tf.integer(size));
          return Arrays.asList(moved(tf, sum, shape.rank(), 0, 1, axis), null);
        });
  }

  /**
   * Returns a tensor with {@code count} axes moved from position {@code from} to position {@code
   * to}.
   */
  private static Output<?> moved(
      GraphWriter tf, Output<?> x, int rank, int from, int count, int to) {
    if (from == to || count == 0) {
      return x;
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      if (i < from || i >= from + count) {
        order.add(i);
      }
    }
    for (int i = 0; i < count; i++) {
      order.add(to + i, from + i);
    }
    return tf.apply("Transpose", x, tf.ints(order));
  }
}
