package dev.espalier.engine.tensorflow;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** Copies arrays bit by bit between the Java heap and TensorFlow's memory. */
final class HostTransfer {
  private HostTransfer() {}

  /** Returns a new tensor with the elements of an array; the caller must close it. */
  static Tensor toTensor(HostArray array) {
    int count = array.elementCount();
    Tensor tensor = Tensor.of(type(array.dataType()), shape(array.shape()));
    ByteDataBuffer target = tensor.asRawTensor().data();
    if (count == 0) {
      return tensor;
    }
    switch (array.dataType()) {
      case FLOAT32 -> DataBuffers.of(array.floats()).copyTo(target.asFloats(), count);
      case INT32 -> DataBuffers.of(array.ints()).copyTo(target.asInts(), count);
      case UINT8, BOOL -> DataBuffers.of(array.bytes()).copyTo(target, count);
      case BFLOAT16, FLOAT16 -> throw array.dataType().onlyInPrograms();
    }
    return tensor;
  }

  /** Returns the elements of a tensor. */
  static HostArray toHost(Tensor tensor) {
    Shape shape = shape(tensor.shape());
    int count = shape.arrayLength();
    ByteDataBuffer source = tensor.asRawTensor().data();
    return switch (tensor.dataType()) {
      case DT_FLOAT -> {
        float[] values = new float[count];
        if (count > 0) {
          source.asFloats().read(values);
        }
        yield HostArray.wrap(shape, values);
      }
      case DT_INT32 -> {
        int[] values = new int[count];
        if (count > 0) {
          source.asInts().read(values);
        }
        yield HostArray.wrapInts(shape, values);
      }
      case DT_UINT8 -> HostArray.wrapBytes(shape, bytes(source, count));
      case DT_BOOL -> HostArray.wrapBooleans(shape, bytes(source, count));
      default -> throw new IllegalStateException("unexpected type " + tensor.dataType());
    };
  }

  private static byte[] bytes(ByteDataBuffer source, int count) {
    byte[] values = new byte[count];
    if (count > 0) {
      source.read(values);
    }
    return values;
  }

  static org.tensorflow.proto.DataType dataType(DataType type) {
    return switch (type) {
      case FLOAT32 -> org.tensorflow.proto.DataType.DT_FLOAT;
      case INT32 -> org.tensorflow.proto.DataType.DT_INT32;
      case UINT8 -> org.tensorflow.proto.DataType.DT_UINT8;
      case BOOL -> org.tensorflow.proto.DataType.DT_BOOL;
      case BFLOAT16 -> org.tensorflow.proto.DataType.DT_BFLOAT16;
      case FLOAT16 -> org.tensorflow.proto.DataType.DT_HALF;
    };
  }

  /** Returns our name of a type of TensorFlow. */
  static DataType dataType(org.tensorflow.proto.DataType type) {
    for (DataType known : DataType.values()) {
      if (dataType(known) == type) {
        return known;
      }
    }
    throw new IllegalStateException("unexpected type " + type);
  }

  private static Class<? extends TType> type(DataType type) {
    return switch (type) {
      case FLOAT32 -> TFloat32.class;
      case INT32 -> TInt32.class;
      case UINT8 -> TUint8.class;
      case BOOL -> TBool.class;
      case BFLOAT16, FLOAT16 -> throw type.onlyInPrograms();
    };
  }

  static org.tensorflow.ndarray.Shape shape(Shape shape) {
    long[] sizes = new long[shape.rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.size(i);
    }
    return org.tensorflow.ndarray.Shape.of(sizes);
  }

  private static Shape shape(org.tensorflow.ndarray.Shape shape) {
    int[] sizes = new int[shape.numDimensions()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.toIntExact(shape.get(i));
    }
    return Shape.of(sizes);
  }
}
