package dev.espalier.engine.djl;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Copies elements bit by bit between host arrays and DJL's buffers. */
public final class ArrayTransfer {
  private ArrayTransfer() {}

  /** Returns the size in bytes of an array of a type. */
  public static int bytes(TensorType type) {
    return Math.toIntExact(
        Math.multiplyExact(type.shape().elementCount(), (long) type.dataType().bytes()));
  }

  /**
   * Copies all elements of an array to the start of a buffer.
   *
   * @param target has room for at least {@link #bytes}; its position does not change
   */
  public static void copy(HostArray array, ByteBuffer target) {
    ByteBuffer buffer = target.duplicate().order(ByteOrder.nativeOrder());
    buffer.clear();
    switch (array.dataType()) {
      case FLOAT32 -> {
        FloatBuffer floats = buffer.asFloatBuffer();
        array.copyTo(floats.limit(array.elementCount()), 0);
      }
      case INT32 -> buffer.asIntBuffer().put(array.ints());
      case UINT8, BOOL -> buffer.put(array.bytes());
      case BFLOAT16, FLOAT16 -> throw array.dataType().onlyInPrograms();
    }
  }

  /** Returns an array of a type, read from the start of a buffer. */
  public static HostArray read(TensorType type, ByteBuffer source) {
    ByteBuffer buffer = source.duplicate().order(ByteOrder.nativeOrder());
    buffer.rewind();
    int count = type.shape().arrayLength();
    return switch (type.dataType()) {
      case FLOAT32 -> {
        float[] values = new float[count];
        buffer.asFloatBuffer().get(values);
        yield HostArray.wrap(type.shape(), values);
      }
      case INT32 -> {
        int[] values = new int[count];
        buffer.asIntBuffer().get(values);
        yield HostArray.wrapInts(type.shape(), values);
      }
      case UINT8 -> HostArray.wrapBytes(type.shape(), bytes(buffer, count));
      case BOOL -> HostArray.wrapBooleans(type.shape(), bytes(buffer, count));
      case BFLOAT16, FLOAT16 -> throw type.dataType().onlyInPrograms();
    };
  }

  private static byte[] bytes(ByteBuffer buffer, int count) {
    byte[] values = new byte[count];
    buffer.get(values);
    return values;
  }

  /** Converts a data type to DJL's. */
  public static ai.djl.ndarray.types.DataType dataType(DataType type) {
    return switch (type) {
      case FLOAT32 -> ai.djl.ndarray.types.DataType.FLOAT32;
      case INT32 -> ai.djl.ndarray.types.DataType.INT32;
      case UINT8 -> ai.djl.ndarray.types.DataType.UINT8;
      case BOOL -> ai.djl.ndarray.types.DataType.BOOLEAN;
      case BFLOAT16, FLOAT16 -> throw type.onlyInPrograms();
    };
  }

  /** Converts a shape to DJL's. */
  public static ai.djl.ndarray.types.Shape shape(Shape shape) {
    long[] sizes = new long[shape.rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.size(i);
    }
    return new ai.djl.ndarray.types.Shape(sizes);
  }

  /** Converts a shape from DJL's. */
  public static Shape shape(ai.djl.ndarray.types.Shape shape) {
    int[] sizes = new int[shape.dimension()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.toIntExact(shape.get(i));
    }
    return Shape.of(sizes);
  }
}
