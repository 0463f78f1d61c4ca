package dev.espalier.engine.slices;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;

/** Joins the results of slices. */
final class JoinedRows {
  private JoinedRows() {}

  /** Returns arrays of one type one after the other, along their first axis. */
  static HostArray of(List<HostArray> parts) {
    HostArray first = parts.get(0);
    Shape shape =
        first.shape().with(0, parts.stream().mapToInt(part -> part.shape().size(0)).sum());
    int length = shape.arrayLength();
    return switch (first.dataType()) {
      case FLOAT32 -> {
        float[] all = new float[length];
        FloatBuffer target = FloatBuffer.wrap(all);
        parts.forEach(part -> target.put(part.floats()));
        yield HostArray.wrap(shape, all);
      }
      case INT32 -> {
        int[] all = new int[length];
        IntBuffer target = IntBuffer.wrap(all);
        parts.forEach(part -> target.put(part.ints()));
        yield HostArray.wrapInts(shape, all);
      }
      case UINT8 -> HostArray.wrapBytes(shape, joinedBytes(parts, length));
      case BOOL -> HostArray.wrapBooleans(shape, joinedBytes(parts, length));
      case BFLOAT16, FLOAT16 -> throw first.dataType().onlyInPrograms();
    };
  }

  private static byte[] joinedBytes(List<HostArray> parts, int length) {
    byte[] all = new byte[length];
    ByteBuffer target = ByteBuffer.wrap(all);
    parts.forEach(part -> target.put(part.bytes()));
    return all;
  }
}
