package dev.espalier.core.internal.data;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Recycles the byte arrays of used batches, so that a long training does not produce garbage with
 * its largest arrays. Thread-safe.
 */
final class PixelBuffers {
  private final int kept;
  private final Deque<byte[]> free = new ArrayDeque<>();

  PixelBuffers(int kept) {
    this.kept = kept;
  }

  synchronized byte[] take(int length) {
    byte[] buffer = free.peek();
    if (buffer != null && buffer.length == length) {
      return free.pop();
    }
    return new byte[length];
  }

  synchronized void giveBack(byte[] buffer) {
    // Keeps a single length: that of full batches, which follow each other.
    byte[] other = free.peek();
    if (other != null && other.length != buffer.length) {
      if (other.length > buffer.length) {
        return;
      }
      free.clear();
    }
    if (free.size() < kept) {
      free.push(buffer);
    }
  }
}
