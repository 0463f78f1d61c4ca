package dev.espalier.onnx;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes what depends on weights alone, so that the file has the result: a batch normalization
 * that was folded into a convolution, say. Each operation is rounded to float32, as an engine does.
 */
final class ConstantFolding {
  private ConstantFolding() {}

  /** Returns the output of a primitive, or null for one that is left to the file. */
  static @Nullable HostArray fold(Op op, List<HostArray> known, TensorType type) {
    if (op instanceof Op.Reshape) {
      return known.get(0).reshape(type.shape());
    }
    if (op instanceof Op.Transpose transpose) {
      return transpose(known.get(0), transpose.permutation());
    }
    if (type.dataType() != DataType.FLOAT32
        || known.stream().anyMatch(array -> array.dataType() != DataType.FLOAT32)) {
      return null;
    }
    if (op instanceof Op.Unary unary) {
      return unary(unary.function(), known.get(0));
    }
    return op instanceof Op.Binary binary
        ? binary(binary.function(), known.get(0), known.get(1), type.shape())
        : null;
  }

  private static @Nullable HostArray unary(Op.UnaryFunction function, HostArray x) {
    float[] values = x.toFloats();
    for (int i = 0; i < values.length; i++) {
      float value = values[i];
      switch (function) {
        case NEGATE -> values[i] = -value;
        case ABS -> values[i] = Math.abs(value);
        case EXP -> values[i] = (float) Math.exp(value);
        case SQRT -> values[i] = (float) Math.sqrt(value);
        case RSQRT -> values[i] = (float) (1 / Math.sqrt(value));
        case SQUARE -> values[i] = value * value;
        case RECIPROCAL -> values[i] = 1 / value;
        default -> {
          return null;
        }
      }
    }
    return HostArray.wrap(x.shape(), values);
  }

  private static @Nullable HostArray binary(
      Op.BinaryFunction function, HostArray a, HostArray b, Shape shape) {
    if (function == Op.BinaryFunction.POWER) {
      return null;
    }
    int[] left = positions(a.shape(), shape);
    int[] right = positions(b.shape(), shape);
    float[] x = a.toFloats();
    float[] y = b.toFloats();
    float[] values = new float[left.length];
    for (int i = 0; i < values.length; i++) {
      float first = x[left[i]];
      float second = y[right[i]];
      values[i] =
          switch (function) {
            case ADD -> first + second;
            case SUBTRACT -> first - second;
            case MULTIPLY -> first * second;
            case DIVIDE -> first / second;
            case MAXIMUM -> Math.max(first, second);
            case MINIMUM -> Math.min(first, second);
            case POWER -> throw new IllegalStateException();
          };
    }
    return HostArray.wrap(shape, values);
  }

  /** Returns for each element of the broadcast shape the position in an array that it is from. */
  private static int[] positions(Shape source, Shape target) {
    int missing = target.rank() - source.rank();
    int[] steps = new int[target.rank()];
    int step = 1;
    for (int axis = source.rank() - 1; axis >= 0; axis--) {
      steps[axis + missing] = source.size(axis) == 1 ? 0 : step;
      step *= source.size(axis);
    }
    return walk(target, steps);
  }

  /** Returns an array with its axes in another order. */
  static HostArray transpose(HostArray array, List<Integer> permutation) {
    Shape shape = array.shape();
    int[] stepsBefore = new int[shape.rank()];
    int step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      stepsBefore[axis] = step;
      step *= shape.size(axis);
    }
    int[] steps = new int[shape.rank()];
    Shape result = shape;
    for (int axis = 0; axis < steps.length; axis++) {
      steps[axis] = stepsBefore[permutation.get(axis)];
      result = result.with(axis, shape.size(permutation.get(axis)));
    }
    int[] from = walk(result, steps);
    return switch (array.dataType()) {
      case FLOAT32 -> {
        float[] values = new float[from.length];
        FloatBuffer floats = array.floats();
        for (int i = 0; i < from.length; i++) {
          values[i] = floats.get(from[i]);
        }
        yield HostArray.wrap(result, values);
      }
      case INT32 -> {
        int[] values = new int[from.length];
        IntBuffer ints = array.ints();
        for (int i = 0; i < from.length; i++) {
          values[i] = ints.get(from[i]);
        }
        yield HostArray.wrapInts(result, values);
      }
      case BFLOAT16, FLOAT16 -> throw array.dataType().onlyInPrograms();
      case UINT8, BOOL -> {
        byte[] values = new byte[from.length];
        ByteBuffer bytes = array.bytes();
        for (int i = 0; i < from.length; i++) {
          values[i] = bytes.get(from[i]);
        }
        yield array.dataType() == DataType.UINT8
            ? HostArray.wrapBytes(result, values)
            : HostArray.wrapBooleans(result, values);
      }
    };
  }

  /** Returns the position of each element of a shape, for steps along its axes. */
  private static int[] walk(Shape shape, int[] steps) {
    int[] positions = new int[shape.arrayLength()];
    int[] index = new int[shape.rank()];
    int position = 0;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position;
      for (int axis = index.length - 1; axis >= 0; axis--) {
        position += steps[axis];
        if (++index[axis] < shape.size(axis)) {
          break;
        }
        position -= steps[axis] * index[axis];
        index[axis] = 0;
      }
    }
    return positions;
  }
}
