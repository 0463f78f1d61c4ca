package dev.espalier.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of Protocol Buffers, whose fields are written in the order in which they were added.
 * Not thread-safe.
 */
final class Message {
  private final List<Field> fields = new ArrayList<>();

  /** A field: its size with tag and length, and how to write it. */
  private interface Field {
    long size();

    void writeTo(CodedOutputStream stream) throws IOException;
  }

  /** The bytes of a field that are too many to keep a copy of. */
  interface Bytes {
    long size();

    void writeTo(CodedOutputStream stream) throws IOException;
  }

  Message number(int field, long value) {
    return add(
        CodedOutputStream.computeInt64Size(field, value),
        stream -> stream.writeInt64(field, value));
  }

  Message real(int field, float value) {
    return add(
        CodedOutputStream.computeFloatSize(field, value),
        stream -> stream.writeFloat(field, value));
  }

  Message text(int field, String value) {
    return add(
        CodedOutputStream.computeStringSize(field, value),
        stream -> stream.writeString(field, value));
  }

  Message message(int field, Message value) {
    return bytes(
        field,
        new Bytes() {
          @Override
          public long size() {
            return value.size();
          }

          @Override
          public void writeTo(CodedOutputStream stream) throws IOException {
            value.writeTo(stream);
          }
        });
  }

  Message bytes(int field, Bytes value) {
    fields.add(
        new Field() {
          @Override
          public long size() {
            long size = value.size();
            return CodedOutputStream.computeTagSize(field)
                + CodedOutputStream.computeUInt64SizeNoTag(size)
                + size;
          }

          @Override
          public void writeTo(CodedOutputStream stream) throws IOException {
            stream.writeTag(field, 2); // a length and that many bytes
            stream.writeUInt64NoTag(value.size());
            value.writeTo(stream);
          }
        });
    return this;
  }

  long size() {
    return fields.stream().mapToLong(Field::size).sum();
  }

  void writeTo(CodedOutputStream stream) throws IOException {
    for (Field field : fields) {
      field.writeTo(stream);
    }
  }

  private Message add(long size, Writer writer) {
    fields.add(
        new Field() {
          @Override
          public long size() {
            return size;
          }

          @Override
          public void writeTo(CodedOutputStream stream) throws IOException {
            writer.writeTo(stream);
          }
        });
    return this;
  }

  private interface Writer {
    void writeTo(CodedOutputStream stream) throws IOException;
  }
}
