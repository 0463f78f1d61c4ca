package dev.espalier.engine.onnxruntime;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation of an ONNX file. Immutable.
 *
 * @param message the fields of the format's NodeProto
 */
record FileNode(UnknownFieldSet message) {
  private static final int INPUT = 1;
  private static final int OUTPUT = 2;
  private static final int NAME = 3;
  private static final int OPERATION = 4;
  private static final int ATTRIBUTE = 5;
  private static final int DOMAIN = 7;

  /** Fields of an attribute, and the numbers of its types. */
  private static final int ATTRIBUTE_NAME = 1;

  private static final int NUMBER = 3;
  private static final int TEXT = 4;
  private static final int NUMBERS = 8;
  private static final int TYPE = 20;
  private static final int NUMBER_TYPE = 2;
  private static final int NUMBERS_TYPE = 7;

  /** Returns an operation with one output, whose name it has too. */
  static FileNode of(String operation, String domain, List<String> inputs, String output) {
    return new FileNode(
        UnknownFieldSet.newBuilder()
            .addField(INPUT, text(inputs))
            .addField(OUTPUT, text(List.of(output)))
            .addField(NAME, text(List.of(output)))
            .addField(OPERATION, text(List.of(operation)))
            .addField(DOMAIN, text(List.of(domain)))
            .build());
  }

  /** Returns the same under the name of another node, which errors name. */
  FileNode namedAs(FileNode other) {
    return new FileNode(
        message.toBuilder().clearField(NAME).addField(NAME, other.message.getField(NAME)).build());
  }

  FileNode with(String attribute, long value) {
    return with(attribute, NUMBER_TYPE, NUMBER, List.of(value));
  }

  FileNode with(String attribute, List<Long> values) {
    return with(attribute, NUMBERS_TYPE, NUMBERS, values);
  }

  private FileNode with(String attribute, int type, int field, List<Long> values) {
    Field.Builder numbers = Field.newBuilder();
    values.forEach(numbers::addVarint);
    ByteString added =
        UnknownFieldSet.newBuilder()
            .addField(ATTRIBUTE_NAME, text(List.of(attribute)))
            .addField(field, numbers.build())
            .addField(TYPE, Field.newBuilder().addVarint(type).build())
            .build()
            .toByteString();
    return new FileNode(
        message.toBuilder()
            .mergeField(ATTRIBUTE, Field.newBuilder().addLengthDelimited(added).build())
            .build());
  }

  /** Returns a field with texts. */
  static Field text(List<String> values) {
    Field.Builder field = Field.newBuilder();
    values.forEach(value -> field.addLengthDelimited(ByteString.copyFromUtf8(value)));
    return field.build();
  }

  List<String> inputs() {
    return texts(INPUT);
  }

  List<String> outputs() {
    return texts(OUTPUT);
  }

  String operation() {
    return String.join("", texts(OPERATION));
  }

  boolean is(String operation, String domain) {
    return operation().equals(operation) && String.join("", texts(DOMAIN)).equals(domain);
  }

  private List<String> texts(int field) {
    return message.getField(field).getLengthDelimitedList().stream()
        .map(ByteString::toStringUtf8)
        .toList();
  }

  /** Returns an attribute that is a text, empty if there is none. */
  String text(String attribute) {
    UnknownFieldSet found = attribute(attribute);
    return found == null
        ? ""
        : String.join(
            "",
            found.getField(TEXT).getLengthDelimitedList().stream()
                .map(ByteString::toStringUtf8)
                .toList());
  }

  /** Returns an attribute that is a list of numbers, empty if there is none. */
  List<Long> numbers(String attribute) {
    UnknownFieldSet found = attribute(attribute);
    return found == null ? List.of() : found.getField(NUMBERS).getVarintList();
  }

  private @Nullable UnknownFieldSet attribute(String name) {
    for (ByteString bytes : message.getField(ATTRIBUTE).getLengthDelimitedList()) {
      try {
        UnknownFieldSet attribute = UnknownFieldSet.parseFrom(bytes);
        if (attribute.getField(ATTRIBUTE_NAME).getLengthDelimitedList().stream()
            .anyMatch(text -> text.toStringUtf8().equals(name))) {
          return attribute;
        }
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("ONNX Runtime wrote an attribute that cannot be read", e);
      }
    }
    return null;
  }
}
