package dev.espalier.datasets.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The pieces that a PNG file consists of. */
final class PngChunks {
  private static final int SIGNATURE_BYTES = 8;

  /** Length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private PngChunks() {}

  /** Returns the content of the first chunk of a type, or null if there is none. */
  static @Nullable ByteBuffer find(byte[] bytes, String type) {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    int position = SIGNATURE_BYTES;
    while (position + FRAME_BYTES <= bytes.length) {
      int length = file.getInt(position);
      if (length < 0 || length > bytes.length - position - FRAME_BYTES) {
        return null;
      }
      if (new String(bytes, position + 4, 4, StandardCharsets.ISO_8859_1).equals(type)) {
        return file.slice(position + 8, length);
      }
      position += FRAME_BYTES + length;
    }
    return null;
  }
}
