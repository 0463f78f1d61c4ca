package dev.espalier.datasets.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.IIOException;

/** The header of a Windows bitmap. */
final class BmpHeader {
  private static final int START = 14;
  private static final int COMPRESSION = 30;

  /** The last compression method of the format itself; higher values embed other formats. */
  private static final int BIT_FIELDS = 3;

  private static final int BIT_FIELDS_WITH_ALPHA = 6;
  private static final int COLOR_SPACE = START + 56;
  private static final int VERSION_4_BYTES = 108;
  private static final int STANDARD_COLORS = 0x73524742;

  private BmpHeader() {}

  /**
   * Returns the file without its color profile.
   *
   * @throws IIOException if it embeds an image of another format
   */
  static byte[] withoutProfile(byte[] bytes) throws IIOException {
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < COMPRESSION + 4) {
      return bytes;
    }
    int length = header.getInt(START);
    if (length >= 40) {
      int compression = header.getInt(COMPRESSION);
      if (compression > BIT_FIELDS && compression != BIT_FIELDS_WITH_ALPHA) {
        throw new IIOException(
            "it is a bitmap with "
                + (compression == 4 ? "JPEG" : compression == 5 ? "PNG" : "unknown")
                + " data inside");
      }
    }
    if (length < VERSION_4_BYTES
        || bytes.length < COLOR_SPACE + 4
        || header.getInt(COLOR_SPACE) == STANDARD_COLORS) {
      return bytes;
    }
    byte[] plain = bytes.clone();
    ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).putInt(COLOR_SPACE, STANDARD_COLORS);
    return plain;
  }
}
