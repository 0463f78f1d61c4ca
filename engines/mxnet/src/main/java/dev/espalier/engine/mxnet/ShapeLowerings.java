package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.AxisOrder;
import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
    return Lowered.unary(
        call.reshape(call.input(0), call.outputType().shape()),
        dy -> call.reshape(dy, call.inputShape(0)));
  }

  private static Lowered<Value> transpose(Op.Transpose op, Call call) {
    AxisOrder order = new AxisOrder(op.permutation());
    return Lowered.unary(
        call.mx().transpose(call.input(0), order), dy -> call.mx().transpose(dy, order.inverse()));
  }

  private static Lowered<Value> concat(Op.Concat op, Call call) {
    InstructionWriter mx = call.mx();
    int axis = call.outputType().shape().normalizeAxis(op.axis());
    Value y = mx.apply("_npi_concatenate", Map.of("axis", axis), call.inputs());
    return Lowered.of(
        y,
        (dy, wanted) -> {
          List<@Nullable Value> parts = new ArrayList<>();
          for (int i = 0; i < call.inputs().size(); i++) {
            parts.add(wanted.test(i) ? part(call, dy, i, axis) : null);
          }
          return parts;
        });
  }

  /** Returns the slice of a gradient that belongs to one of the concatenated inputs. */
  private static Value part(Call call, Value dy, int input, int axis) {
    InstructionWriter mx = call.mx();
    int begin = 0;
    for (int i = 0; i <= input; i++) {
      int size = call.inputShape(i).size(axis);
      if (size == Shape.UNKNOWN) {
        return lastOf(call, dy, input, axis);
      }
      begin += i < input ? size : 0;
    }
    int rank = call.outputType().shape().rank();
    int end = begin + call.inputShape(input).size(axis);
    return mx.apply(
        "_npx_slice", Map.of("begin", at(rank, axis, begin), "end", at(rank, axis, end)), dy);
  }

  /**
   * Returns the slice of an input when sizes are known only at run time: cut after the end of the
   * input, which is as long as all inputs up to it, and take the last elements of that.
   */
  private static Value lastOf(Call call, Value dy, int input, int axis) {
    InstructionWriter mx = call.mx();
    Map<String, Object> along = Map.of("axes", List.of(axis));
    Map<String, Object> turned = Map.of("axis", axis);
    Value before =
        mx.apply("_npi_concatenate", Map.of("axis", axis), call.inputs().subList(0, input + 1));
    Value head = mx.apply("_npi_flip", turned, mx.apply("slice_like", along, dy, before));
    return mx.apply("_npi_flip", turned, mx.apply("slice_like", along, head, call.input(input)));
  }

  private static List<Object> at(int rank, int axis, Object value) {
    List<Object> all = new ArrayList<>(Collections.nCopies(rank, "None"));
    all.set(axis, value);
    return all;
  }

  private static Lowered<Value> pad(Op.Pad op, Call call) {
    InstructionWriter mx = call.mx();
    List<Object> begin = new ArrayList<>();
    List<Object> end = new ArrayList<>();
    List<Object> widths = new ArrayList<>();
    for (int axis = 0; axis < op.before().size(); axis++) {
      int before = op.before().get(axis);
      int after = op.after().get(axis);
      widths.add(List.of(before, after));
      begin.add(before);
      end.add(after == 0 ? "None" : (Object) (-after));
    }
    Value y = call.input(0);
    if (widths.size() == 1) {
      // MXNet fails on a single axis.
      widths.add(0, List.of(0, 0));
      y = call.reshape(y, Shape.of(1, -1));
    }
    y =
        mx.apply(
            "_npi_pad", Map.of("pad_width", widths, "mode", "constant", "constant_value", 0.0), y);
    return Lowered.unary(
        op.before().size() == 1 ? call.reshape(y, Shape.of(-1)) : y,
        dy -> mx.apply("_npx_slice", Map.of("begin", begin, "end", end), dy));
  }

  private static Lowered<Value> slice(Op.Slice op, Call call) {
    InstructionWriter mx = call.mx();
    List<Object> end = new ArrayList<>();
    for (int axis = 0; axis < op.begin().size(); axis++) {
      int size = op.size().get(axis);
      end.add(size == -1 ? "None" : (Object) (op.begin().get(axis) + size));
    }
    Map<String, Object> range = Map.of("begin", op.begin(), "end", end);
    Value y = mx.apply("_npx_slice", range, call.input(0));
    return Lowered.unary(
        y, dy -> mx.apply("_slice_assign", range, mx.apply("zeros_like", call.input(0)), dy));
  }

  private static Lowered<Value> gather(Op.Gather op, Call call) {
    InstructionWriter mx = call.mx();
    Shape shape = call.inputShape(0);
    int axis = shape.normalizeAxis(op.axis());
    Value indices = call.input(1);
    Value inside =
        mx.apply("_npi_clip", Map.of("a_min", 0, "a_max", shape.size(axis) - 1), indices);
    List<Integer> maskSizes = new ArrayList<>(call.inputShape(1).sizes());
    maskSizes.addAll(Collections.nCopies(shape.rank() - 1 - axis, 1));
    Value mask = call.reshape(mx.apply("_npi_equal", inside, indices), Shape.of(maskSizes));
    Value slices = mx.apply("take", Map.of("axis", axis, "mode", "clip"), call.input(0), inside);
    boolean differentiable = call.outputType().dataType() == DataType.FLOAT32;
    Value zero = mx.constant(differentiable ? HostArray.scalar(0f) : HostArray.scalar(0));
    Value y = mx.apply("_npi_where", mask, slices, zero);
    if (!differentiable) {
      return Lowered.withoutGradient(y);
    }
    return Lowered.of(
        y,
        (dy, wanted) -> {
          Value added = mx.apply("_npi_where", mask, dy, zero);
          return Arrays.asList(mx.differentiate(slices, added, List.of(0)).get(0), null);
        });
  }

  /** Adds products with two matrices of interpolation weights, one per axis. */
  private static Lowered<Value> resize(Op.Resize op, Call call) {
    Shape shape = call.inputShape(0);
    Interpolation rows = new Interpolation(shape.size(1), op.height(), op.interpolation());
    Interpolation columns = new Interpolation(shape.size(2), op.width(), op.interpolation());
    Value y = multiply(call, rows.weights(), columns.weights(), call.input(0), shape);
    Shape resized = call.outputType().shape();
    return Lowered.unary(
        y, dy -> multiply(call, rows.transposed(), columns.transposed(), dy, resized));
  }

  private static Value multiply(
      Call call, HostArray rows, HostArray columns, Value images, Shape shape) {
    InstructionWriter mx = call.mx();
    int channels = shape.size(3);
    int height = rows.shape().size(0);
    Value flat = call.reshape(images, Shape.of(-1, shape.size(1), shape.size(2) * channels));
    Value tall = mx.apply("_npi_matmul", mx.constant(rows), flat);
    Value lines = call.reshape(tall, Shape.of(-1, shape.size(2), channels));
    Value wide = mx.apply("_npi_matmul", mx.constant(columns), lines);
    return call.reshape(wide, Shape.of(-1, height, columns.shape().size(0), channels));
  }
}
