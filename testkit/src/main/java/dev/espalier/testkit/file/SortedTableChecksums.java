package dev.espalier.testkit.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The checksums of the sorted tables that TensorFlow uses as the index of a checkpoint: small ones,
 * which have one block of data.
 */
final class SortedTableChecksums {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;
  private static final int MASK = 0xa282ead8;

  private SortedTableChecksums() {}

  /** Returns a table with the checksums that its content has; anything else as it is. */
  static byte[] corrected(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (content.length < FOOTER_BYTES || bytes.getLong(content.length - Long.BYTES) != MAGIC) {
      return content;
    }
    bytes.position(content.length - FOOTER_BYTES);
    long listStart = number(bytes);
    long listBytes = number(bytes);
    long indexStart = number(bytes);
    long indexBytes = number(bytes);
    correct(bytes, 0, listStart - 5);
    correct(bytes, listStart, listBytes);
    correct(bytes, indexStart, indexBytes);
    return content;
  }

  /** A block ends in a byte for its compression and the masked checksum of both. */
  private static void correct(ByteBuffer bytes, long start, long length) {
    int checked = (int) length + 1;
    if (start < 0 || length < 0 || start + checked + Integer.BYTES > bytes.limit()) {
      return;
    }
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.slice((int) start, checked));
    int sum = (int) checksum.getValue();
    bytes.putInt((int) start + checked, Integer.rotateRight(sum, 15) + MASK);
  }

  private static long number(ByteBuffer bytes) {
    long result = 0;
    for (int shift = 0; shift < Long.SIZE && bytes.hasRemaining(); shift += 7) {
      byte next = bytes.get();
      result |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return result;
      }
    }
    return result;
  }
}
