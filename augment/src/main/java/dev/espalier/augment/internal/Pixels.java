package dev.espalier.augment.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Copies pixels of three bytes. Four bytes are copied at once, which is faster than three single
 * ones: the fourth belongs to the next pixel, which is written afterwards.
 */
public final class Pixels {
  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private Pixels() {}

  /** Writes pixels in reverse order. */
  public static void reverse(byte[] source, int from, byte[] target, int start, int count) {
    int last = count - 1;
    copy(source, from + 3 * last, target, start);
    int to = start + 3;
    // Except the first and the last pixel of the row, where a fourth byte may not exist.
    for (int at = from + 3 * (last - 1); at > from; at -= 3, to += 3) {
      FOUR_BYTES.set(target, to, (int) FOUR_BYTES.get(source, at));
    }
    copy(source, from, target, start + 3 * last);
  }

  /** Writes one pixel and a byte after it; both arrays must have that byte. */
  public static void copyWithNext(byte[] source, int from, byte[] target, int to) {
    FOUR_BYTES.set(target, to, (int) FOUR_BYTES.get(source, from));
  }

  /** Writes one pixel. */
  public static void copy(byte[] source, int from, byte[] target, int to) {
    target[to] = source[from];
    target[to + 1] = source[from + 1];
    target[to + 2] = source[from + 2];
  }
}
