package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.Broadcasting;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.Shape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Element-wise operators. Images that exist with channels first, as convolutions return them, are
 * processed in that order, so that they need not be transposed before the next convolution.
 */
final class Broadcasts {
  private static final int IMAGES = 4;

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

  /** Adds a reduction. */
  static Value reduce(
      Call call, String operator, Value x, Shape shape, List<Integer> axes, boolean keepDims) {
    InstructionWriter mx = call.mx();
    Value first = shape.rank() == IMAGES ? mx.knownChannelsFirst(x) : null;
    if (first == null) {
      return mx.apply(operator, Map.of("axis", axes, "keepdims", keepDims), x);
    }
    // Axis 3 becomes axis 1, 1 becomes 2, and 2 becomes 3.
    List<Integer> moved = axes.stream().map(axis -> axis == 0 ? 0 : axis % 3 + 1).sorted().toList();
    Value reduced = reduceImages(mx, operator, first, moved, keepDims);
    if (keepDims) {
      return mx.channelsLast(reduced);
    }
    boolean channelsMoved = !axes.contains(3) && !(axes.contains(1) && axes.contains(2));
    return channelsMoved ? mx.apply(operator, Map.of("axis", axes, "keepdims", false), x) : reduced;
  }

  /**
   * Reduces channels-first images. For reductions over batch, height and width at once, MXNet's
   * memory access is slow: reducing each image first and then the few remaining values is ten times
   * faster.
   */
  private static Value reduceImages(
      InstructionWriter mx, String operator, Value images, List<Integer> axes, boolean keepDims) {
    if (!axes.equals(List.of(0, 2, 3))) {
      return mx.apply(operator, Map.of("axis", axes, "keepdims", keepDims), images);
    }
    Value each = mx.apply(operator, Map.of("axis", List.of(2, 3), "keepdims", keepDims), images);
    return mx.apply(operator, Map.of("axis", List.of(0), "keepdims", keepDims), each);
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
    Value sum = reduce(call, "_np_sum", dy, result, axes, keepsAxes);
    return keepsAxes ? sum : call.reshape(sum, source);
  }
}
