package dev.espalier.datasets.mnist;

import dev.espalier.datasets.files.ImagesForTests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes small files like those of MNIST. */
public final class IdxFilesForTests {
  private IdxFilesForTests() {}

  /** The bytes of a file whose elements count up from 0. */
  public static byte[] idx(int... dimensions) {
    int count = 1;
    for (int length : dimensions) {
      count *= length;
    }
    byte[] elements = new byte[count];
    for (int i = 0; i < count; i++) {
      elements[i] = (byte) i;
    }
    return idx(elements, dimensions);
  }

  public static byte[] idx(byte[] elements, int... dimensions) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dimensions.length + elements.length);
    bytes.put(new byte[] {0, 0, 8, (byte) dimensions.length});
    for (int length : dimensions) {
      bytes.putInt(length);
    }
    return bytes.put(elements).array();
  }

  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream stream = new GZIPOutputStream(packed)) {
      stream.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  /** Both parts, three pictures of 2x3 pixels (height x width) each, labels 0, 1, 2. */
  public static void writeAll(Path folder) {
    for (String part : new String[] {"train", "t10k"}) {
      ImagesForTests.write(folder.resolve(part + "-images-idx3-ubyte"), idx(3, 2, 3));
      ImagesForTests.write(folder.resolve(part + "-labels-idx1-ubyte"), idx(3));
    }
  }
}
