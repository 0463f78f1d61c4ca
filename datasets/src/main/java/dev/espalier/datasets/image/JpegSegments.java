package dev.espalier.datasets.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the pixels of a JPEG file. Damaged files give less, never an error: the
 * decoder says better what is wrong with them.
 *
 * @param components channels that are stored, 0 if that is not said
 * @param adobeTransform how the channels were transformed: 0 not or not known, 1 YCbCr, 2 YCCK
 * @param exif the Exif data, or null
 */
record JpegSegments(int components, int adobeTransform, @Nullable ByteBuffer exif) {
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

  static JpegSegments of(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    ByteBuffer exif = null;
    int components = 0;
    int transform = 0;
    int position = 2;
    while (position + 4 <= bytes.length && file.get(position) == (byte) 0xff) {
      int marker = file.get(position + 1) & 0xff;
      if (marker == 0xff) {
        position++; // bytes that fill up
        continue;
      }
      int length = file.getShort(position + 2) & 0xffff;
      int start = position + 4;
      int end = position + 2 + length;
      if (marker == 0xda || length < 2 || end > bytes.length) {
        break;
      }
      ByteBuffer content = file.slice(start, end - start);
      if (isFrame(marker) && content.limit() > 5) {
        components = content.get(5) & 0xff;
      } else if (marker == 0xe1 && exif == null && startsWith(content, EXIF)) {
        exif = content.slice(EXIF.length, content.limit() - EXIF.length);
      } else if (marker == 0xee && content.limit() >= 12 && startsWith(content, ADOBE)) {
        transform = content.get(11) & 0xff;
      }
      position = end;
    }
    return new JpegSegments(components, transform, exif);
  }

  boolean isYcck() {
    return adobeTransform == 2;
  }

  /** Start of frame, but for three markers in its range that mean something else. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean startsWith(ByteBuffer content, byte[] start) {
    return content.limit() >= start.length
        && content.slice(0, start.length).equals(ByteBuffer.wrap(start));
  }
}
