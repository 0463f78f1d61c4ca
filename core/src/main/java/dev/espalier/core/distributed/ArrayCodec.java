package dev.espalier.core.distributed;

import dev.espalier.core.internal.replica.Contribution;
import dev.espalier.core.internal.training.StepTimes;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays by name as bytes. Both sides are of one version, so that there is no format to keep. */
final class ArrayCodec {
  private ArrayCodec() {}

  /** Writes or reads something; memory does not fail. */
  @FunctionalInterface
  interface Transfer<S> {
    void with(S stream) throws IOException;
  }

  static byte[] bytes(Transfer<DataOutputStream> content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      content.with(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void read(byte[] bytes, Transfer<DataInputStream> content) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      content.with(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(DataOutputStream out, Map<String, HostArray> arrays) throws IOException {
    out.writeInt(arrays.size());
    for (Map.Entry<String, HostArray> entry : arrays.entrySet()) {
      out.writeUTF(entry.getKey());
      write(out, entry.getValue());
    }
  }

  static Map<String, HostArray> read(DataInputStream in) throws IOException {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      arrays.put(name, readArray(in));
    }
    return arrays;
  }

  static void write(DataOutputStream out, Weights weights) throws IOException {
    write(out, weights.asMap());
  }

  static Weights readWeights(DataInputStream in) throws IOException {
    return Weights.of(read(in));
  }

  static void write(DataOutputStream out, List<Map<String, HostArray>> results) throws IOException {
    out.writeInt(results.size());
    for (Map<String, HostArray> arrays : results) {
      write(out, arrays);
    }
  }

  static List<Map<String, HostArray>> readList(DataInputStream in) throws IOException {
    List<Map<String, HostArray>> results = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      results.add(read(in));
    }
    return results;
  }

  static void write(DataOutputStream out, Contribution contribution) throws IOException {
    out.writeInt(contribution.samples());
    write(out, contribution.rows());
    write(out, contribution.sums());
    write(out, contribution.means());
  }

  static Contribution readContribution(DataInputStream in) throws IOException {
    int samples = in.readInt();
    Map<String, HostArray> rows = read(in);
    Map<String, HostArray> sums = read(in);
    return new Contribution(samples, rows, sums, read(in));
  }

  static void write(DataOutputStream out, StepTimes times) throws IOException {
    out.writeLong(times.steps());
    out.writeLong(times.loading());
    out.writeLong(times.computing());
    out.writeLong(times.exchanging());
  }

  static StepTimes readTimes(DataInputStream in) throws IOException {
    long steps = in.readLong();
    long loading = in.readLong();
    long computing = in.readLong();
    return new StepTimes(steps, loading, computing, in.readLong());
  }

  private static void write(DataOutputStream out, HostArray array) throws IOException {
    out.writeUTF(array.dataType().name());
    out.writeByte(array.shape().rank());
    for (int size : array.shape().sizes()) {
      out.writeInt(size);
    }
    int count = array.elementCount();
    ByteBuffer bytes =
        switch (array.dataType()) {
          case FLOAT32 -> {
            ByteBuffer floats = ByteBuffer.allocate(count * Float.BYTES);
            floats.asFloatBuffer().put(array.floats());
            yield floats;
          }
          case INT32 -> {
            ByteBuffer ints = ByteBuffer.allocate(count * Integer.BYTES);
            ints.asIntBuffer().put(array.ints());
            yield ints;
          }
          case UINT8, BOOL -> ByteBuffer.allocate(count).put(array.bytes());
          case BFLOAT16, FLOAT16 -> throw array.dataType().onlyInPrograms();
        };
    out.write(bytes.array());
  }

  private static HostArray readArray(DataInputStream in) throws IOException {
    DataType type = DataType.valueOf(in.readUTF());
    int[] sizes = new int[in.readByte()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = in.readInt();
    }
    Shape shape = Shape.of(sizes);
    int count = shape.arrayLength();
    return switch (type) {
      case FLOAT32 -> {
        float[] values = new float[count];
        ByteBuffer.wrap(in.readNBytes(count * Float.BYTES)).asFloatBuffer().get(values);
        yield HostArray.wrap(shape, values);
      }
      case INT32 -> {
        int[] values = new int[count];
        ByteBuffer.wrap(in.readNBytes(count * Integer.BYTES)).asIntBuffer().get(values);
        yield HostArray.wrapInts(shape, values);
      }
      case UINT8 -> HostArray.wrapBytes(shape, in.readNBytes(count));
      case BOOL -> HostArray.wrapBooleans(shape, in.readNBytes(count));
      case BFLOAT16, FLOAT16 -> throw type.onlyInPrograms();
    };
  }
}
