package dev.espalier.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Takes an ONNX file apart, by the numbers of the format's fields. */
final class ExportedFile {
  private static final int GRAPH = 7;
  private static final int NODE = 1;
  private static final int OPERATION = 4;
  private static final int CONSTANT = 5;
  private static final int CONSTANT_NAME = 8;

  private ExportedFile() {}

  /** Returns the operations of a file, in order. */
  static List<String> operations(byte[] file) {
    return texts(file, NODE, OPERATION);
  }

  /** Returns the names of the constants of a file. */
  static List<String> constants(byte[] file) {
    return texts(file, CONSTANT, CONSTANT_NAME);
  }

  private static List<String> texts(byte[] file, int part, int field) {
    List<String> texts = new ArrayList<>();
    for (byte[] graph : fields(file, GRAPH)) {
      for (byte[] message : fields(graph, part)) {
        fields(message, field).forEach(text -> texts.add(new String(text, UTF_8)));
      }
    }
    return texts;
  }

  private static List<byte[]> fields(byte[] message, int number) {
    List<byte[]> fields = new ArrayList<>();
    try {
      CodedInputStream stream = CodedInputStream.newInstance(message);
      for (int tag = stream.readTag(); tag != 0; tag = stream.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == number) {
          fields.add(stream.readByteArray());
        } else {
          stream.skipField(tag);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return fields;
  }
}
