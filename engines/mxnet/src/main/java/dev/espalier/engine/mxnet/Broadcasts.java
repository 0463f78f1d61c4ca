package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.Broadcasting;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Shape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Element-wise operators. Images that exist with channels first, as convolutions return them, are
 * processed in that order, so that they need not be transposed before the next convolution.
 */
final class Broadcasts {
  static final int IMAGES = 4;

  private static final String SUM = "_np_sum";

  private Broadcasts() {}

  /** Adds a unary operator. */
  static Value unary(Call call, String operator, Value x) {
    return unary(call, operator, Map.of(), x);
  }

  /** Adds a unary operator. */
  static Value unary(Call call, String operator, Map<String, Object> parameters, Value x) {
    InstructionWriter mx = call.mx();
    Value first = mx.knownChannelsFirst(x);
    return first == null
        ? mx.apply(operator, parameters, x)
        : mx.channelsLast(mx.apply(operator, parameters, first));
  }

  /** Adds a binary operator with broadcasting. */
  static Value binary(Call call, String operator, Value a, Shape shapeA, Value b, Shape shapeB) {
    InstructionWriter mx = call.mx();
    boolean images = Math.max(shapeA.rank(), shapeB.rank()) == IMAGES;
    if (images && (mx.knownChannelsFirst(a) != null || mx.knownChannelsFirst(b) != null)) {
      Value firstA = channelsFirst(call, a, shapeA);
      Value firstB = channelsFirst(call, b, shapeB);
      if (firstA != null && firstB != null) {
        return mx.channelsLast(mx.apply(operator, firstA, firstB));
      }
    }
    return mx.apply(operator, a, b);
  }

  /**
   * Returns the form of an operand that broadcasts with channels-first images, null if that would
   * be expensive.
   */
  private static @Nullable Value channelsFirst(Call call, Value value, Shape shape) {
    return switch (shape.rank()) {
      case 0 -> value;
      case 1 -> call.reshape(value, Shape.of(shape.size(0), 1, 1));
      case IMAGES -> call.mx().channelsFirst(value);
      default -> null;
    };
  }

  /** Reduces one array. */
  private interface Reduction {
    Value of(Value array, List<Integer> axes);
  }

  /** Adds a reduction. */
  static Value reduce(
      Call call, String operator, Value x, Shape shape, List<Integer> axes, boolean keepDims) {
    return reduce(
        call,
        (array, each) -> reduced(call, operator, array, each, keepDims),
        x,
        shape,
        axes,
        keepDims);
  }

  private static Value reduced(
      Call call, String operator, Value x, List<Integer> axes, boolean keepDims) {
    return call.mx().apply(operator, Map.of("axis", axes, "keepdims", keepDims), x);
  }

  private static Value reduce(
      Call call, Reduction reduction, Value x, Shape shape, List<Integer> axes, boolean keepDims) {
    InstructionWriter mx = call.mx();
    Value first = shape.rank() == IMAGES ? mx.knownChannelsFirst(x) : null;
    if (first == null) {
      return reduction.of(x, axes);
    }
    // Axis 3 becomes axis 1, 1 becomes 2, and 2 becomes 3.
    List<Integer> moved = axes.stream().map(axis -> axis == 0 ? 0 : axis % 3 + 1).sorted().toList();
    Value reduced = reduceImages(reduction, first, moved);
    if (keepDims) {
      return mx.channelsLast(reduced);
    }
    boolean channelsMoved = !axes.contains(3) && !(axes.contains(1) && axes.contains(2));
    return channelsMoved ? reduction.of(x, axes) : reduced;
  }

  /**
   * Reduces channels-first images. For reductions over batch, height and width at once, MXNet's
   * memory access is slow: reducing each image first and then the few remaining values is ten times
   * faster.
   */
  private static Value reduceImages(Reduction reduction, Value images, List<Integer> axes) {
    return axes.equals(List.of(0, 2, 3))
        ? reduction.of(reduction.of(images, List.of(2, 3)), List.of(0))
        : reduction.of(images, axes);
  }

  /**
   * Adds the sum of a gradient over axes; over height and width of channels-first images by
   * oneDNN's pooling. That is several times as fast as {@code _np_sum}, which rounds less: what the
   * model itself computes should be as exact as in other libraries.
   */
  private static Value sum(Call call, Value x, Shape shape, List<Integer> axes, boolean keepDims) {
    return reduce(
        call,
        (array, each) ->
            each.equals(List.of(2, 3)) && call.outputType().dataType() == DataType.FLOAT32
                ? pooled(call, array, shape, keepDims)
                : reduced(call, SUM, array, each, keepDims),
        x,
        shape,
        axes,
        keepDims);
  }

  private static Value pooled(Call call, Value images, Shape shape, boolean keepDims) {
    Value mean =
        call.mx()
            .apply(
                "_npx_pooling",
                Map.of("kernel", List.of(1, 1), "pool_type", "avg", "global_pool", true),
                images);
    double pixels = (double) shape.size(1) * shape.size(2);
    Value sum = call.mx().apply("_npi_multiply_scalar", Map.of("scalar", pixels), mean);
    return keepDims ? sum : call.reshape(sum, Shape.of(Shape.UNKNOWN, shape.size(3)));
  }

  /**
   * Returns the gradient with respect to an input that was broadcast: the sum over its copies.
   *
   * @param dy gradient in the shape {@code result}
   */
  static Value undo(Call call, Value dy, Shape result, Shape source) {
    List<Integer> axes = Broadcasting.repeatedAxes(source, result);
    if (axes.isEmpty()) {
      return dy;
    }
    boolean keepsAxes = result.rank() == source.rank();
    Value sum = sum(call, dy, result, axes, keepsAxes);
    return keepsAxes ? sum : call.reshape(sum, source);
  }
}
