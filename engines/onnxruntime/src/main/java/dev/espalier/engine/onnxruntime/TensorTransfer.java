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
import java.util.Arrays;

/** Copies arrays into tensors of ONNX Runtime and back. */
final class TensorTransfer {
  private TensorTransfer() {}

  /** Returns the size of the elements of an array. */
  static int bytes(HostArray array) {
    return Math.multiplyExact(array.elementCount(), array.dataType().bytes());
  }

  /** Returns memory for {@link #toTensor}. */
  static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * Returns a tensor with a copy of an array; the caller closes it.
   *
   * @param memory where the copy is, as long as the tensor is open; at least as large as the array
   */
  static OnnxTensor toTensor(OrtEnvironment environment, HostArray array, ByteBuffer memory)
      throws OrtException {
    long[] sizes = Arrays.stream(array.shape().toArray()).asLongStream().toArray();
    ByteBuffer buffer = memory.clear().limit(bytes(array));
    return switch (array.dataType()) {
      case FLOAT32 ->
          OnnxTensor.createTensor(
              environment, buffer.asFloatBuffer().put(array.floats()).rewind(), sizes);
      case INT32 ->
          OnnxTensor.createTensor(
              environment, buffer.asIntBuffer().put(array.ints()).rewind(), sizes);
      case UINT8 ->
          OnnxTensor.createTensor(
              environment, buffer.put(array.bytes()).rewind(), sizes, OnnxJavaType.UINT8);
      case BOOL ->
          OnnxTensor.createTensor(
              environment, buffer.put(array.bytes()).rewind(), sizes, OnnxJavaType.BOOL);
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
