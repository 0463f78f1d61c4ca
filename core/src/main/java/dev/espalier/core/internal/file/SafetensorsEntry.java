package dev.espalier.core.internal.file;

import dev.espalier.graph.Shape;

/**
 * Where an array lies in a safetensors file.
 *
 * @param begin of its bytes, counted from the end of the header
 */
record SafetensorsEntry(String name, StoredType type, Shape shape, long begin, long end) {
  long byteCount() {
    return end - begin;
  }
}
