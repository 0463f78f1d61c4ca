package dev.espalier.datasets.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses the chunks of a PNG file. */
final class PngChunks {
  private static final int SIGNATURE_BYTES = 8;

  /** Length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private static final Set<String> OF_PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

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
      if (type(bytes, position).equals(type)) {
        return file.slice(position + 8, length);
      }
      position += FRAME_BYTES + length;
    }
    return null;
  }

  /**
   * Returns a file with only those chunks that determine its pixels. If its chunks cannot be
   * parsed, everything from there is kept, so that the decoder reports the problem.
   */
  static byte[] ofPixels(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    Excerpt pixels = new Excerpt(bytes).keep(0, SIGNATURE_BYTES);
    int position = SIGNATURE_BYTES;
    while (position + FRAME_BYTES <= bytes.length) {
      int length = file.getInt(position);
      if (length < 0 || length > bytes.length - position - FRAME_BYTES) {
        break;
      }
      int end = position + FRAME_BYTES + length;
      String type = type(bytes, position);
      if (OF_PIXELS.contains(type)) {
        pixels.keep(position, end);
      }
      position = end;
      if (type.equals("IEND")) {
        return pixels.bytes();
      }
    }
    return pixels.keep(position, bytes.length).bytes();
  }

  private static String type(byte[] bytes, int position) {
    return new String(bytes, position + 4, 4, StandardCharsets.ISO_8859_1);
  }
}
