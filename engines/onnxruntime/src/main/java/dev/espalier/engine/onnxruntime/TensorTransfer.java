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
}
