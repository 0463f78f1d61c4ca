package dev.espalier.core.internal.file;

import dev.espalier.graph.Shape;
import dev.espalier.model.StoredType;

/**
 * The position of an array in a safetensors file.
 *
 * @param begin of its bytes, relative to the end of the header
 * @param end of its bytes, exclusive
 */
record SafetensorsEntry(String name, StoredType type, Shape shape, long begin, long end) {
  long byteCount() {
    return end - begin;
  }

  /** Returns the description for error messages. */
  String place() {
    return place(name);
  }

  static String place(String name) {
    return "the array \"" + name + "\"";
  }
}
