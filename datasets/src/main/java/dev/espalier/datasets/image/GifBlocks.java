package dev.espalier.datasets.image;

/** Parses the blocks of a GIF file. */
final class GifBlocks {
  private static final int SCREEN_END = 13;
  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;

  private GifBlocks() {}

  /**
   * Returns a file that ends after its first image, without comments and application data. If its
   * blocks cannot be parsed, everything from there is kept, so that the decoder reports the
   * problem.
   */
  static byte[] firstImage(byte[] bytes) {
    if (bytes.length < SCREEN_END) {
      return bytes;
    }
    int position = SCREEN_END + paletteBytes(bytes[10]);
    Excerpt image = new Excerpt(bytes).keep(0, Math.min(position, bytes.length));
    while (position + 2 <= bytes.length && bytes[position] == EXTENSION) {
      int end = endOfBlocks(bytes, position + 2);
      if (end > bytes.length) {
        break;
      }
      if ((bytes[position + 1] & 0xff) == GRAPHIC_CONTROL) {
        image.keep(position, end);
      }
      position = end;
    }
    if (position + 11 <= bytes.length && bytes[position] == IMAGE) {
      int data = position + 11 + paletteBytes(bytes[position + 9]);
      int end = data <= bytes.length ? endOfBlocks(bytes, data) : bytes.length;
      return image.keep(position, Math.min(end, bytes.length)).bytes();
    }
    return image.keep(Math.min(position, bytes.length), bytes.length).bytes();
  }

  /** Returns the size of the palette that follows, according to a flags byte. */
  private static int paletteBytes(byte flags) {
    return flags < 0 ? 3 << ((flags & 7) + 1) : 0;
  }

  /**
   * Returns the end of a sequence of length-prefixed blocks; beyond the end of the file if it is
   * truncated.
   */
  private static int endOfBlocks(byte[] bytes, int from) {
    int position = from;
    while (position < bytes.length) {
      int length = bytes[position] & 0xff;
      position += 1 + length;
      if (length == 0) {
        return position;
      }
    }
    return bytes.length + 1;
  }
}
