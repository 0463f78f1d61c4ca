package dev.espalier.weights.tensorflow;

import dev.espalier.weights.internal.WeightFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Takes a message of Protocol Buffers apart into its fields. */
final class ProtobufFields {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int LONGEST_VARINT = 10;

  private ProtobufFields() {}

  /**
   * A field of a message.
   *
   * @param number which of the message's fields it is
   * @param value of a number; the bits of fixed ones
   * @param bytes of a text or an inner message; empty for a number
   */
  record Field(int number, long value, ByteBuffer bytes) {}

  /** Passes each field on, in the order of the message. */
  static void read(WeightFile file, ByteBuffer message, Consumer<Field> fields) {
    ByteBuffer rest = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer none = ByteBuffer.allocate(0);
    while (rest.hasRemaining()) {
      long key = varint(file, rest);
      int number = (int) (key >>> 3);
      Field field =
          switch ((int) (key & 7)) {
            case VARINT -> new Field(number, varint(file, rest), none);
            case FIXED64 -> new Field(number, rest.getLong(), none);
            case FIXED32 -> new Field(number, Integer.toUnsignedLong(rest.getInt()), none);
            case BYTES -> new Field(number, 0, bytes(file, rest, varint(file, rest)));
            default -> throw file.invalid("a message has a field of an unknown kind");
          };
      fields.accept(field);
    }
  }

  static ByteBuffer bytes(WeightFile file, ByteBuffer from, long length) {
    if (length < 0 || length > from.remaining()) {
      throw file.invalid(
          "there should be " + length + " bytes, and " + from.remaining() + " are left");
    }
    ByteBuffer part = from.slice(from.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    from.position(from.position() + (int) length);
    return part;
  }

  static long varint(WeightFile file, ByteBuffer bytes) {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw file.invalid("a number has more than " + LONGEST_VARINT + " bytes");
  }
}
