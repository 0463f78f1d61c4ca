package dev.espalier.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An ONNX file, opened by ONNX Runtime. */
final class RuntimeFile implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final OrtSession session;

  private RuntimeFile(byte[] bytes) {
    try {
      session = ENVIRONMENT.createSession(bytes);
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  static RuntimeFile of(byte[] bytes) {
    return new RuntimeFile(bytes);
  }

  Map<String, String> metadata() {
    try {
      return new TreeMap<>(session.getMetadata().getCustomMetadata());
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  List<String> inputs() {
    try {
      return session.getInputInfo().values().stream().map(info -> info.toString()).toList();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  Map<String, HostArray> run(Map<String, HostArray> inputs) {
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, HostArray> input : inputs.entrySet()) {
        fed.put(input.getKey(), tensor(input.getValue()));
      }
      try (OrtSession.Result results = session.run(fed)) {
        for (Map.Entry<String, OnnxValue> result : results) {
          outputs.put(result.getKey(), array((OnnxTensor) result.getValue()));
        }
      }
    } catch (OrtException e) {
      throw new AssertionError(e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
    return outputs;
  }

  private static OnnxTensor tensor(HostArray array) throws OrtException {
    long[] sizes = Arrays.stream(array.shape().toArray()).asLongStream().toArray();
    return switch (array.dataType()) {
      case FLOAT32 -> OnnxTensor.createTensor(ENVIRONMENT, array.floats(), sizes);
      case INT32 -> OnnxTensor.createTensor(ENVIRONMENT, array.ints(), sizes);
      case UINT8 -> OnnxTensor.createTensor(ENVIRONMENT, direct(array), sizes, OnnxJavaType.UINT8);
      case BOOL -> OnnxTensor.createTensor(ENVIRONMENT, direct(array), sizes, OnnxJavaType.BOOL);
      case BFLOAT16, FLOAT16 -> throw array.dataType().onlyInPrograms();
    };
  }

  private static ByteBuffer direct(HostArray array) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(array.elementCount()).order(ByteOrder.nativeOrder());
    bytes.put(array.bytes());
    return bytes.rewind();
  }

  private static HostArray array(OnnxTensor tensor) {
    Shape shape =
        Shape.of(Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray());
    return switch (tensor.getInfo().type) {
      case FLOAT -> {
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        yield HostArray.wrap(shape, values);
      }
      case INT32 -> {
        IntBuffer buffer = tensor.getIntBuffer();
        int[] values = new int[buffer.remaining()];
        buffer.get(values);
        yield HostArray.wrapInts(shape, values);
      }
      case UINT8, BOOL -> {
        ByteBuffer buffer = tensor.getByteBuffer();
        byte[] values = new byte[buffer.remaining()];
        buffer.get(values);
        yield tensor.getInfo().type == OnnxJavaType.UINT8
            ? HostArray.wrapBytes(shape, values)
            : HostArray.wrapBooleans(shape, values);
      }
      default -> throw new AssertionError(tensor.getInfo());
    };
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }
}
