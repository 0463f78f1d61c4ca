package dev.espalier.graph;

/** Element types of tensors and host arrays. */
public enum DataType {
  /** IEEE 754 single precision; weights, activations, losses. */
  FLOAT32(4),
  /** Signed 32-bit integers; class indices, counters. */
  INT32(4),
  /** Unsigned bytes; pixels. */
  UINT8(1),
  /** Truth values, one byte each; results of comparisons. */
  BOOL(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
