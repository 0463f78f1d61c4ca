package dev.espalier.datasets.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses the chunks of a WebP file. */
final class WebpChunks {
  private static final int FIRST = 12;
  private static final int FRAME_HEADER = 16;
  private static final Set<String> BITMAPS = Set.of("VP8 ", "VP8L");

  /** The flags for animation and transparency. */
  private static final int OF_PIXELS = 0x12;

  private final ByteBuffer file;
  private final byte[] bytes;

  private WebpChunks(byte[] bytes) {
    this.bytes = bytes;
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * A chunk; its content starts after type and length.
   *
   * @param type four characters
   * @param start position of the chunk
   * @param content position of its content
   * @param length length of its content
   * @param end position of the next chunk
   */
  private record Chunk(String type, int start, int content, int length, int end) {}

  /** Returns the content of the first chunk of a type, or null if there is none. */
  static @Nullable ByteBuffer find(byte[] bytes, String type) {
    WebpChunks chunks = new WebpChunks(bytes);
    for (Chunk chunk : chunks.between(FIRST, bytes.length)) {
      if (chunk.type().equals(type)) {
        return ByteBuffer.wrap(bytes).slice(chunk.content(), chunk.length());
      }
    }
    return null;
  }

  /** Returns the file with only its first image, without profile and other metadata. */
  static byte[] firstImage(byte[] bytes) {
    WebpChunks chunks = new WebpChunks(bytes);
    Excerpt image = new Excerpt(bytes);
    chunks.keepFirst(FIRST, bytes.length, image);
    byte[] content = image.bytes();
    if (content.length == 0) {
      return bytes; // the decoder reports the problem
    }
    byte[] first = new byte[FIRST + content.length];
    System.arraycopy(bytes, 0, first, 0, FIRST);
    System.arraycopy(content, 0, first, FIRST, content.length);
    ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).putInt(4, first.length - 8);
    return first;
  }

  /**
   * Returns the pixels of the largest bitmap of a file, which may exceed the size in the header; 0
   * if there is none.
   */
  static long largestBitmap(byte[] bytes) {
    return new WebpChunks(bytes).largest(FIRST, bytes.length);
  }

  private long largest(int from, int to) {
    long largest = 0;
    for (Chunk chunk : between(from, to)) {
      int at = chunk.content();
      long pixels =
          switch (chunk.type()) {
            case "VP8 " ->
                chunk.length() < 10
                    ? 0
                    : (file.getShort(at + 6) & 0x3fffL) * (file.getShort(at + 8) & 0x3fff);
            case "VP8L" -> {
              int sizes = chunk.length() < 5 ? 0 : file.getInt(at + 1);
              yield ((sizes & 0x3fff) + 1L) * ((sizes >> 14 & 0x3fff) + 1);
            }
            case "ANMF" ->
                chunk.length() < FRAME_HEADER ? 0 : largest(at + FRAME_HEADER, at + chunk.length());
            default -> 0;
          };
      largest = Math.max(largest, pixels);
    }
    return largest;
  }

  /** Keeps the first chunk of each kind that determines the pixels. */
  private void keepFirst(int from, int to, Excerpt kept) {
    boolean bitmap = false;
    boolean opacity = false;
    for (Chunk chunk : between(from, to)) {
      switch (chunk.type()) {
        case "VP8X" -> {
          if (chunk.length() > 0) {
            kept.keep(chunk.start(), chunk.content())
                .add((byte) (bytes[chunk.content()] & OF_PIXELS))
                .keep(chunk.content() + 1, chunk.end());
          }
        }
        case "ALPH" -> {
          if (!opacity && !bitmap) {
            kept.keep(chunk.start(), chunk.end());
          }
          opacity = true;
        }
        case "ANMF" -> {
          if (!bitmap && chunk.length() >= FRAME_HEADER) {
            keepFrame(chunk, kept);
          }
          bitmap = true;
        }
        default -> {
          if (BITMAPS.contains(chunk.type())) {
            if (!bitmap) {
              kept.keep(chunk.start(), chunk.end());
            }
            bitmap = true;
          }
        }
      }
    }
  }

  private void keepFrame(Chunk frame, Excerpt kept) {
    Excerpt inside = new Excerpt(bytes);
    int start = frame.content() + FRAME_HEADER;
    keepFirst(start, frame.content() + frame.length(), inside);
    byte[] content = inside.bytes();
    int length = FRAME_HEADER + content.length;
    kept.keep(frame.start(), frame.start() + 4)
        .add((byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24))
        .keep(frame.content(), start)
        .add(content);
  }

  private List<Chunk> between(int from, int to) {
    List<Chunk> chunks = new ArrayList<>();
    int position = from;
    while (position + 8 <= to) {
      int length = file.getInt(position + 4);
      if (length < 0 || length > to - position - 8) {
        break;
      }
      String type = new String(bytes, position, 4, StandardCharsets.ISO_8859_1);
      int end = Math.min(to, position + 8 + length + (length & 1));
      chunks.add(new Chunk(type, position, position + 8, length, end));
      position = end;
    }
    return chunks;
  }
}
