package dev.espalier.core.internal.file;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Readable element types of safetensors files. Those that Espalier does not compute with are
 * converted to the nearest one that it does.
 */
enum StoredType {
  F32(4),
  F64(8),
  F16(2),
  BF16(2),
  I32(4),
  I64(8),
  U8(1),
  BOOL(1);

  private final int bytes;

  StoredType(int bytes) {
    this.bytes = bytes;
  }

  static @Nullable StoredType named(String name) {
    for (StoredType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  static StoredType of(DataType type) {
    return switch (type) {
      case FLOAT32 -> F32;
      case INT32 -> I32;
      case UINT8 -> U8;
      case BOOL -> BOOL;
    };
  }

  int bytes() {
    return bytes;
  }

  /** Returns the array with the little-endian elements in {@code data}. */
  HostArray decode(Shape shape, ByteBuffer data) {
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
      case I64 -> {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
          values[i] = Math.toIntExact(data.getLong());
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
