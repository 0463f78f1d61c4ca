package dev.espalier.datasets.mnist;

import dev.espalier.datasets.internal.LimitedInputStream;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * A file in IDX format: two zero bytes, the type of the elements (8 for bytes), the number of
 * dimensions, each dimension as four big-endian bytes, and the elements.
 *
 * @param file path
 * @param dimensions sizes of the dimensions
 * @param elements all elements, in row-major order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and shared on purpose
record IdxFile(Path file, int[] dimensions, byte[] elements) {
  private static final int UNSIGNED_BYTES = 8;

  /** Ten times the images of MNIST. */
  private static final long LIMIT = 512L << 20;

  /**
   * Reads a file of bytes.
   *
   * @param name the publisher's file name; compressed files have {@code .gz} appended
   * @param rank required number of dimensions
   */
  static IdxFile read(Path folder, String name, int rank) {
    Path plain = folder.resolve(name);
    Path packed = folder.resolve(name + ".gz");
    Path file = Files.exists(plain) ? plain : packed;
    if (!Files.exists(file)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "There is neither " + plain + " nor " + packed.getFileName() + " beside it.",
          "Give the folder with the four files of the data set, compressed or not.");
    }
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        InputStream unpacked = file.equals(packed) ? new GZIPInputStream(stream) : stream;
        DataInputStream data = new DataInputStream(new LimitedInputStream(unpacked, LIMIT))) {
      return read(file, data, rank);
    } catch (IOException e) {
      throw Files.isReadable(file)
          ? damaged(file, FailureReason.of(e), e)
          : new EspalierException(
              ErrorCode.FILE_NOT_READABLE,
              file + " cannot be read: " + FailureReason.of(e) + ".",
              "Check that it is a file and that you may read it.",
              e);
    }
  }

  private static IdxFile read(Path file, DataInputStream data, int rank) throws IOException {
    byte[] start = data.readNBytes(4 + 4 * rank);
    if (start.length < 4 + 4 * rank) {
      throw new IOException("it ends within its first " + (4 + 4 * rank) + " bytes");
    }
    if (start[0] != 0 || start[1] != 0 || start[2] != UNSIGNED_BYTES || start[3] != rank) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "it begins with %02x %02x %02x %02x where 00 00 %02x %02x is expected",
              start[0],
              start[1],
              start[2],
              start[3],
              UNSIGNED_BYTES,
              rank));
    }
    int[] dimensions = new int[rank];
    long count = 1;
    for (int i = 0; i < rank; i++) {
      dimensions[i] = ByteBuffer.wrap(start).getInt(4 + 4 * i);
      if (dimensions[i] < 0 || dimensions[i] > LIMIT) {
        throw new IOException("it claims a length of " + Integer.toUnsignedString(dimensions[i]));
      }
      count = Math.min(LIMIT + 1, count * dimensions[i]);
    }
    if (count > LIMIT) {
      throw new IOException("it claims more than " + (LIMIT >> 20) + " MiB");
    }
    // Does not allocate the claimed size before the data is there.
    byte[] elements = data.readNBytes((int) count);
    if (elements.length < count || data.read() >= 0) {
      throw new IOException(
          "it does not hold the "
              + count
              + " bytes of "
              + Arrays.toString(dimensions)
              + " that it announces, but "
              + (elements.length < count ? elements.length : "more"));
    }
    return new IdxFile(file, dimensions, elements);
  }

  private static EspalierException damaged(Path file, String reason, IOException cause) {
    return new EspalierException(
        ErrorCode.INVALID_DATA_FILE,
        file + " cannot be read as an IDX file: " + reason + ".",
        "Download or copy it again.",
        cause);
  }
}
