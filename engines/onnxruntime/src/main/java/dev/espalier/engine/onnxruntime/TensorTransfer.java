package dev.espalier.engine.onnxruntime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;

/** Copies arrays into tensors of ONNX Runtime and back. */
final class TensorTransfer {
  private TensorTransfer() {}

  /** Returns the size of the elements of an array of a type. */
  static int bytes(TensorType type) {
    return Math.multiplyExact(type.shape().arrayLength(), type.dataType().bytes());
  }

  /** Returns memory for {@link #toTensor}. */
  static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * Returns a tensor with a copy of elements of an array; the caller closes it.
   *
   * @param shape of the tensor
   * @param start index of its first element in the array
   * @param memory where the copy is, as long as the tensor is open; at least as large as the tensor
   */
  static OnnxTensor toTensor(
      OrtEnvironment environment, HostArray array, Shape shape, int start, ByteBuffer memory)
      throws OrtException {
    long[] sizes = Arrays.stream(shape.toArray()).asLongStream().toArray();
    int count = shape.arrayLength();
    ByteBuffer buffer = memory.clear().limit(bytes(array.type().withShape(shape)));
    return switch (array.dataType()) {
      case FLOAT32 -> {
        FloatBuffer floats = buffer.asFloatBuffer();
        array.copyTo(floats, start);
        yield OnnxTensor.createTensor(environment, floats.rewind(), sizes);
      }
      case INT32 -> {
        IntBuffer ints = buffer.asIntBuffer().put(array.ints().slice(start, count)).rewind();
        yield OnnxTensor.createTensor(environment, ints, sizes);
      }
      case UINT8 -> {
        buffer.put(array.bytes().slice(start, count)).rewind();
        yield OnnxTensor.createTensor(environment, buffer, sizes, OnnxJavaType.UINT8);
      }
      case BOOL -> {
        buffer.put(array.bytes().slice(start, count)).rewind();
        yield OnnxTensor.createTensor(environment, buffer, sizes, OnnxJavaType.BOOL);
      }
      case BFLOAT16, FLOAT16 -> throw array.dataType().onlyInPrograms();
    };
  }

  /**
   * Returns the elements of a tensor.
   *
   * @param type of the program; its batch size may be unknown
   */
  static HostArray toArray(TensorType type, OnnxTensor tensor) {
    Shape shape =
        Shape.of(Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray());
    // The buffers are copies of the tensor's elements, each with an array of its own.
    return switch (type.dataType()) {
      case FLOAT32 -> HostArray.wrap(shape, tensor.getFloatBuffer().array());
      case INT32 -> HostArray.wrapInts(shape, tensor.getIntBuffer().array());
      case UINT8 -> HostArray.wrapBytes(shape, tensor.getByteBuffer().array());
      case BOOL -> HostArray.wrapBooleans(shape, tensor.getByteBuffer().array());
      case BFLOAT16, FLOAT16 -> throw type.dataType().onlyInPrograms();
    };
  }

  /** Returns arrays of one type one after the other, along their first axis. */
  static HostArray joined(List<HostArray> parts) {
    HostArray first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    Shape shape =
        first.shape().with(0, parts.stream().mapToInt(part -> part.shape().size(0)).sum());
    int length = shape.arrayLength();
    return switch (first.dataType()) {
      case FLOAT32 -> {
        float[] all = new float[length];
        FloatBuffer target = FloatBuffer.wrap(all);
        parts.forEach(part -> target.put(part.floats()));
        yield HostArray.wrap(shape, all);
      }
      case INT32 -> {
        int[] all = new int[length];
        IntBuffer target = IntBuffer.wrap(all);
        parts.forEach(part -> target.put(part.ints()));
        yield HostArray.wrapInts(shape, all);
      }
      case UINT8 -> HostArray.wrapBytes(shape, joinedBytes(parts, length));
      case BOOL -> HostArray.wrapBooleans(shape, joinedBytes(parts, length));
      case BFLOAT16, FLOAT16 -> throw first.dataType().onlyInPrograms();
    };
  }

  private static byte[] joinedBytes(List<HostArray> parts, int length) {
    byte[] all = new byte[length];
    ByteBuffer target = ByteBuffer.wrap(all);
    parts.forEach(part -> target.put(part.bytes()));
    return all;
  }
}
