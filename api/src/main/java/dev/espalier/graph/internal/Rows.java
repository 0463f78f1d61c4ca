package dev.espalier.graph.internal;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Rows of arrays, one for each sample. */
public final class Rows {
  private Rows() {}

  /** Returns whether arrays of a shape have a row for each sample. */
  public static boolean areIn(Shape shape) {
    return shape.rank() > 0 && shape.size(0) == Shape.UNKNOWN;
  }

  /** Returns the names of the inputs of a program that have a row for each sample, sorted. */
  public static List<String> inputsOf(Program program) {
    return inputs(program, Rows::areIn);
  }

  /** Returns the names of the inputs of a program that have certain shapes, sorted. */
  static List<String> inputs(Program program, Predicate<Shape> shapes) {
    return program.inputs().entrySet().stream()
        .filter(input -> shapes.test(input.getValue().shape()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /**
   * Returns the rows of arrays one after the other.
   *
   * @param parts one or more arrays of the same type but for the number of rows
   */
  public static HostArray concatenated(List<HostArray> parts) {
    HostArray first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    Shape shape = first.shape().with(0, parts.stream().mapToInt(p -> p.shape().size(0)).sum());
    int length = shape.arrayLength();
    int filled = 0;
    return switch (first.dataType()) {
      case FLOAT32 -> {
        float[] all = new float[length];
        for (HostArray part : parts) {
          part.floats().get(all, filled, part.elementCount());
          filled += part.elementCount();
        }
        yield HostArray.wrap(shape, all);
      }
      case INT32 -> {
        int[] all = new int[length];
        for (HostArray part : parts) {
          part.ints().get(all, filled, part.elementCount());
          filled += part.elementCount();
        }
        yield HostArray.wrapInts(shape, all);
      }
      case UINT8, BOOL -> {
        byte[] all = new byte[length];
        for (HostArray part : parts) {
          part.bytes().get(all, filled, part.elementCount());
          filled += part.elementCount();
        }
        yield first.dataType() == DataType.BOOL
            ? HostArray.wrapBooleans(shape, all)
            : HostArray.wrapBytes(shape, all);
      }
      case BFLOAT16, FLOAT16 -> throw first.dataType().onlyInPrograms();
    };
  }
}
