package dev.espalier.weights.numpy;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.StoredType;
import dev.espalier.weights.internal.ArrayBudget;
import dev.espalier.weights.internal.WeightFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one array of NumPy: a mark, a description in Python's notation, the elements. */
final class NpyArray {
  private static final byte[] MARK = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;

  /** The three entries of the description in the order in which NumPy writes them. */
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'([^']{1,20})',\\s*'fortran_order':\\s*(True|False),"
              + "\\s*'shape':\\s*\\(([0-9, ]{0,300})\\),?\\s*\\}\\s*");

  private NpyArray() {}

  /** Returns whether these are the first bytes of an array. */
  static boolean starts(byte[] head) {
    return head.length >= MARK.length && Arrays.equals(MARK, Arrays.copyOf(head, MARK.length));
  }

  /** Returns the array in these bytes, at the place where the reader of the file is. */
  static HostArray read(WeightFile file, ArrayBudget budget, ByteBuffer bytes) {
    byte[] mark = new byte[MARK.length];
    bytes.get(mark);
    int version = bytes.get();
    bytes.get();
    if (!Arrays.equals(mark, MARK) || version < 1 || version > 3) {
      throw file.invalid("there is no array of NumPy");
    }
    int length = version == 1 ? Short.toUnsignedInt(bytes.getShort()) : bytes.getInt();
    if (length < 0 || length > Math.min(LONGEST_HEADER, bytes.remaining())) {
      throw file.invalid("the description would have " + length + " bytes");
    }
    byte[] text = new byte[length];
    bytes.get(text);
    String header = new String(text, StandardCharsets.UTF_8).strip();
    Matcher fields = HEADER.matcher(header);
    if (!fields.matches()) {
      throw file.invalid(
          "the description "
              + header.substring(0, Math.min(200, header.length()))
              + " is not one of an array of numbers");
    }
    String described = fields.group(1);
    StoredType type = type(file, described);
    List<Long> sizes = new ArrayList<>();
    for (String size : fields.group(3).split(",")) {
      if (!size.isBlank()) {
        sizes.add(Long.valueOf(size.strip()));
      }
    }
    Shape shape = budget.shape(sizes, type);
    long needed = shape.elementCount() * type.bytes();
    if (needed != bytes.remaining()) {
      throw file.invalid(
          "the shape " + shape + " takes " + needed + " bytes, and there are " + bytes.remaining());
    }
    ByteBuffer elements =
        bytes
            .slice()
            .order(described.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    try {
      return fields.group(2).equals("True")
          ? columnMajor(type, shape, elements)
          : type.decode(shape, elements);
    } catch (ArithmeticException e) {
      throw file.invalid("a 64-bit integer does not fit in 32 bits");
    }
  }

  private static StoredType type(WeightFile file, String described) {
    return switch (described.replaceFirst("^[<>|=]", "")) {
      case "f2" -> StoredType.F16;
      case "f4" -> StoredType.F32;
      case "f8" -> StoredType.F64;
      case "i1" -> StoredType.I8;
      case "i2" -> StoredType.I16;
      case "i4" -> StoredType.I32;
      case "i8" -> StoredType.I64;
      case "u1" -> StoredType.U8;
      case "b1" -> StoredType.BOOL;
      default ->
          throw file.invalid(
              described.contains("O")
                  ? "there are Python objects, not numbers"
                  : "the elements have the type " + described + ", which cannot be read");
    };
  }

  /** Reorders elements whose first axis runs fastest. */
  private static HostArray columnMajor(StoredType type, Shape shape, ByteBuffer elements) {
    int size = type.bytes();
    byte[] reordered = new byte[elements.remaining()];
    int[] sizes = shape.toArray();
    int count = shape.arrayLength();
    int[] index = new int[sizes.length];
    for (int i = 0; i < count; i++) {
      int position = 0;
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        position = position * sizes[axis] + index[axis];
      }
      elements.get(position * size, reordered, i * size, size);
      for (int axis = sizes.length - 1; axis >= 0 && ++index[axis] == sizes[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return type.decode(shape, ByteBuffer.wrap(reordered).order(elements.order()));
  }
}
