package dev.espalier.graph;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Locale;

/** Element types of tensors and, except for the two 16-bit types, of host arrays. */
public enum DataType {
  /** IEEE 754 single precision; weights, activations, losses. */
  FLOAT32(4),
  /**
   * The upper half of {@link #FLOAT32}: its range with 8 bits of precision. Exists only inside
   * programs, between casts from and to float32.
   */
  BFLOAT16(2),
  /**
   * IEEE 754 half precision: 11 bits of precision up to 65504. Exists only inside programs, like
   * {@link #BFLOAT16}.
   */
  FLOAT16(2),
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

  /** Returns whether elements are floating-point numbers, through which gradients flow. */
  public boolean isFloat() {
    return this == FLOAT32 || isHalf();
  }

  /** Returns whether elements are floating-point numbers of 16 bits. */
  public boolean isHalf() {
    return this == BFLOAT16 || this == FLOAT16;
  }

  /** Returns the name as it stands in messages, such as {@code float32}. */
  public String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the error for an array, input or variable of a type that only programs know. */
  public EspalierException onlyInPrograms() {
    return new EspalierException(
        ErrorCode.SHAPE_MISMATCH,
        "Values of type " + lowerCaseName() + " exist only inside programs.",
        "Use float32, and cast inside the program.");
  }
}
