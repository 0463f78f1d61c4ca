package dev.espalier.graph;

import java.nio.FloatBuffer;

/**
 * Elements of a float32 array that are not on the heap, such as those of a file; see {@link
 * HostArray#stored}. They must not change. Thread-safe.
 */
public interface StoredFloats {
  /** Returns a read-only view of all elements. Its position is 0, its limit their number. */
  FloatBuffer view();

  /**
   * Copies elements, as many as {@code target} has room for, which is the way to read many of them:
   * an implementation may know a faster one than its view.
   *
   * @param from index of the first one
   */
  default void copy(int from, FloatBuffer target) {
    target.put(view().slice(from, target.remaining()));
  }
}
