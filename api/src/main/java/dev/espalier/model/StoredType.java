package dev.espalier.model;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Element types of weight files, named as in safetensors. Those that Espalier does not compute with
 * are converted to the nearest one that it does: half precision and float64 to float32, integers
 * other than {@link #U8} to int32.
 */
public enum StoredType {
  /** IEEE 754 single precision. */
  F32(4),
  /** IEEE 754 double precision. */
  F64(8),
  /** IEEE 754 half precision. */
  F16(2),
  /** The upper half of single precision: bfloat16. */
  BF16(2),
  /** 8-bit integers. */
  I8(1),
  /** 16-bit integers. */
  I16(2),
  /** 32-bit integers. */
  I32(4),
  /** 64-bit integers. */
  I64(8),
  /** Bytes from 0 to 255. */
  U8(1),
  /** Booleans, a byte each. */
  BOOL(1);

  private final int bytes;

  StoredType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the type of a name such as {@code BF16}, or null if there is none. */
  public static @Nullable StoredType named(String name) {
    for (StoredType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** Returns the type as which elements of a data type are written. */
  public static StoredType of(DataType type) {
    return switch (type) {
      case FLOAT32 -> F32;
      case BFLOAT16 -> BF16;
      case FLOAT16 -> F16;
      case INT32 -> I32;
      case UINT8 -> U8;
      case BOOL -> BOOL;
    };
  }

  /** Returns the number of bytes of an element. */
  public int bytes() {
    return bytes;
  }

  /**
   * Returns the array whose elements are the remaining bytes of a buffer, read in the buffer's byte
   * order.
   *
   * @throws ArithmeticException if a 64-bit integer does not fit in 32 bits
   */
  public HostArray decode(Shape shape, ByteBuffer data) {
    int count = data.remaining() / bytes;
    switch (this) {
      case F32 -> {
        float[] values = new float[count];
        data.asFloatBuffer().get(values);
        return HostArray.wrap(shape, values);
      }
      case F64, F16, BF16 -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] =
              switch (this) {
                case F64 -> (float) data.getDouble();
                case F16 -> halfToFloat(data.getShort());
                default -> Float.intBitsToFloat((data.getShort() & 0xffff) << 16);
              };
        }
        return HostArray.wrap(shape, values);
      }
      case I32 -> {
        int[] values = new int[count];
        data.asIntBuffer().get(values);
        return HostArray.wrapInts(shape, values);
      }
      case I64, I16, I8 -> {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
          values[i] =
              switch (this) {
                case I64 -> Math.toIntExact(data.getLong());
                case I16 -> data.getShort();
                default -> data.get();
              };
        }
        return HostArray.wrapInts(shape, values);
      }
      case U8, BOOL -> {
        byte[] values = new byte[count];
        data.get(values);
        return this == U8
            ? HostArray.wrapBytes(shape, values)
            : HostArray.wrapBooleans(shape, values);
      }
    }
    throw new IllegalStateException("no rule for " + this);
  }

  /** IEEE 754 half precision; the JDK has this since version 20. */
  private static float halfToFloat(short half) {
    int sign = half >> 15;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    float magnitude;
    if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else if (exponent == 31) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
    }
    return sign == 0 ? magnitude : -magnitude;
  }
}
