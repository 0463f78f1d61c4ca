package dev.espalier.onnx;

import com.google.protobuf.CodedOutputStream;
import dev.espalier.graph.HostArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A constant of a file. Immutable.
 *
 * @param elements writes the elements from an index on, as many as the buffer takes
 */
record StoredTensor(ElementType type, List<Long> sizes, Elements elements) {
  private static final int CHUNK_ELEMENTS = 1 << 14;
  private static final float LARGEST_HALF = 65504;

  /** The elements of a tensor, in row-major order. */
  interface Elements {
    /** Appends the element at an index. */
    void put(ByteBuffer buffer, int index);
  }

  static StoredTensor of(HostArray array) {
    List<Long> sizes = array.shape().sizes().stream().map(Integer::longValue).toList();
    ElementType type = ElementType.of(array.dataType());
    return switch (array.dataType()) {
      case FLOAT32 -> {
        FloatBuffer floats = array.floats();
        yield new StoredTensor(type, sizes, (buffer, index) -> buffer.putFloat(floats.get(index)));
      }
      case INT32 -> {
        var ints = array.ints();
        yield new StoredTensor(type, sizes, (buffer, index) -> buffer.putInt(ints.get(index)));
      }
      case BFLOAT16, FLOAT16 -> throw array.dataType().onlyInPrograms();
      case UINT8, BOOL -> {
        ByteBuffer bytes = array.bytes();
        yield new StoredTensor(type, sizes, (buffer, index) -> buffer.put(bytes.get(index)));
      }
    };
  }

  /** Returns integers of one byte each. */
  static StoredTensor ofBytes(ElementType type, List<Long> sizes, byte[] values) {
    byte[] copy = values.clone();
    return new StoredTensor(type, sizes, (buffer, index) -> buffer.put(copy[index]));
  }

  static StoredTensor ofLongs(long... values) {
    long[] copy = values.clone();
    return new StoredTensor(
        ElementType.INT64,
        List.of((long) copy.length),
        (buffer, index) -> buffer.putLong(copy[index]));
  }

  /**
   * Returns an array of float32 in half precision; each element must fit, see {@link #fitsHalf}.
   */
  static StoredTensor halves(HostArray array) {
    FloatBuffer floats = array.floats();
    return new StoredTensor(
        ElementType.FLOAT16,
        array.shape().sizes().stream().map(Integer::longValue).toList(),
        (buffer, index) -> buffer.putShort(half(floats.get(index))));
  }

  /** Returns whether each element of an array of float32 is finite in half precision. */
  static boolean fitsHalf(HostArray array) {
    FloatBuffer floats = array.floats();
    for (int i = 0; i < floats.limit(); i++) {
      if (!(Math.abs(floats.get(i)) <= LARGEST_HALF)) {
        return false;
      }
    }
    return true;
  }

  /** Rounds to half precision, to even in the middle; the JDK has this since version 20. */
  static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude < 0x38800000) { // below 2^-14: multiples of 2^-24
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24f));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | ((rounded - 0x38000000) >>> 13));
  }

  /** Returns the message of the format, TensorProto. */
  Message toMessage(String name) {
    Message message = new Message();
    sizes.forEach(size -> message.number(1, size));
    message.number(2, type.number()).text(8, name);
    return message.bytes(
        9,
        new Message.Bytes() {
          @Override
          public long size() {
            return elementCount() * type.bytes();
          }

          @Override
          public void writeTo(CodedOutputStream stream) throws IOException {
            write(stream);
          }
        });
  }

  private long elementCount() {
    return sizes.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  private void write(CodedOutputStream stream) throws IOException {
    byte[] chunk = new byte[CHUNK_ELEMENTS * type.bytes()];
    ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    int count = Math.toIntExact(elementCount());
    for (int i = 0; i < count; i++) {
      elements.put(buffer, i);
      if (!buffer.hasRemaining() || i == count - 1) {
        stream.writeRawBytes(chunk, 0, buffer.position());
        buffer.clear();
      }
    }
  }
}
