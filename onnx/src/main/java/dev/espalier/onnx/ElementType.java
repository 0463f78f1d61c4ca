package dev.espalier.onnx;

import dev.espalier.graph.DataType;

/** The element types of ONNX that files of Espalier contain, with their numbers. */
enum ElementType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  INT32(6, 4),
  INT64(7, 8),
  BOOL(9, 1),
  FLOAT16(10, 2);

  private final int number;
  private final int bytes;

  ElementType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  static ElementType of(DataType type) {
    return switch (type) {
      case FLOAT32 -> FLOAT;
      case INT32 -> INT32;
      case UINT8 -> UINT8;
      case BOOL -> BOOL;
      case BFLOAT16, FLOAT16 -> throw type.onlyInPrograms();
    };
  }

  int number() {
    return number;
  }

  /** Returns the size of an element in bytes. */
  int bytes() {
    return bytes;
  }
}
