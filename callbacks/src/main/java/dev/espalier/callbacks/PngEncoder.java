package dev.espalier.callbacks;

import dev.espalier.graph.HostArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Writes images of 8 bits per channel as PNG, without AWT. */
final class PngEncoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int BIT_DEPTH = 8;

  private PngEncoder() {}

  /** Returns whether images of so many channels can be written. */
  static boolean writes(int channels) {
    return channels == 1 || channels == 3 || channels == 4;
  }

  /**
   * Returns a PNG of one image of a batch.
   *
   * @param images uint8 {@code [batch, height, width, channels]}
   */
  static byte[] encode(HostArray images, int index) {
    int height = images.shape().size(1);
    int width = images.shape().size(2);
    int channels = images.shape().size(3);
    int row = width * channels;
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    byte colors = (byte) (channels == 1 ? 0 : channels == 3 ? 2 : 6);
    header.put((byte) BIT_DEPTH).put(colors).put((byte) 0).put((byte) 0).put((byte) 0);
    chunk(png, "IHDR", header.array());
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
      ByteBuffer pixels = images.bytes();
      byte[] line = new byte[row + 1]; // the first byte of a row says that it is not filtered
      for (int y = 0; y < height; y++) {
        pixels.get((index * height + y) * row, line, 1, row);
        deflater.write(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a stream in memory has no such errors
    }
    chunk(png, "IDAT", packed.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(content);
    png.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(content.length).array());
    png.writeBytes(name);
    png.writeBytes(content);
    png.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt((int) checksum.getValue()).array());
  }
}
