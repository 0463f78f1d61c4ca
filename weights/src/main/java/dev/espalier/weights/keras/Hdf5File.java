package dev.espalier.weights.keras;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.MemoryShortage;
import io.jhdf.HdfFile;
import io.jhdf.Superblock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Opens HDF5 files that may be damaged or made to do harm. */
final class Hdf5File {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /**
   * Copies of the data that may be in memory at a time: file contents, the library's arrays, and
   * ours.
   */
  private static final int COPIES = 4;

  private Hdf5File() {}

  /** Returns whether the first bytes of a file are those of HDF5. */
  static boolean hasSignature(byte[] head) {
    // HDF5 allows a user block, so its signature is at byte 0, 512 or a doubling of that.
    for (int offset = 0; offset < head.length; offset = offset == 0 ? 512 : 2 * offset) {
      if (offset + SIGNATURE.length <= head.length
          && Arrays.equals(
              SIGNATURE, Arrays.copyOfRange(head, offset, offset + SIGNATURE.length))) {
        return true;
      }
    }
    return false;
  }

  /** Returns the last name of a path. */
  static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  /**
   * Reads a file.
   *
   * @param body what to take from it
   */
  static <T> T read(Path file, BiFunction<HdfFile, Hdf5Nodes, T> body) {
    return read(file, map(file), body);
  }

  /**
   * Reads the content of a file.
   *
   * @param file for messages
   */
  static <T> T read(Path file, ByteBuffer bytes, BiFunction<HdfFile, Hdf5Nodes, T> body) {
    Hdf5Nodes nodes = new Hdf5Nodes(file.toString(), bytes.capacity());
    // Parse from memory: then the library cannot read more than the file has, whatever sizes a
    // damaged file claims.
    try (HdfFile hdf = HdfFile.fromByteBuffer(bytes)) {
      requireWhole(hdf, bytes.capacity(), nodes);
      return body.apply(hdf, nodes);
    } catch (EspalierException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw refused(file, nodes, e, Runtime.getRuntime().maxMemory());
    }
  }

  /**
   * Returns the error for a failure of the library.
   *
   * @param heap the size of the Java heap in bytes
   */
  static EspalierException refused(Path file, Hdf5Nodes nodes, Throwable failure, long heap) {
    OutOfMemoryError memory = MemoryShortage.findIn(failure);
    // If the heap has room for the file and its arrays, only a damaged file can request more.
    if (memory != null && heap / COPIES < nodes.bytes()) {
      return MemoryShortage.error(
          "the weight file " + file, "download the file again, which may be damaged", memory);
    }
    // Damaged files make the library throw arbitrary exceptions; a cyclic tree overflows the stack.
    return nodes.invalid(
        "it is damaged, truncated, or not HDF5 (" + summary(failure) + ")", failure);
  }

  /** Rejects a truncated file, which may still list all arrays but lack their data. */
  private static void requireWhole(HdfFile hdf, long length, Hdf5Nodes nodes) {
    Superblock superblock = hdf.getHdfBackingStorage().getSuperblock();
    long end =
        superblock instanceof Superblock.SuperblockV0V1 old
            ? old.getEndOfFileAddress()
            : superblock instanceof Superblock.SuperblockV2V3 recent
                ? recent.getEndOfFileAddress()
                : length;
    if (length < end) {
      throw nodes.invalid("it is truncated: it has " + length + " of " + end + " bytes", null);
    }
  }

  private static String summary(Throwable error) {
    Throwable cause = error;
    for (int i = 0; i < 10 && cause.getCause() != null; i++) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  private static ByteBuffer map(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw notReadable(file, null);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new Hdf5Nodes(file.toString(), channel.size())
            .invalid("there are more than 2 GiB, which this reader cannot take", null);
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw notReadable(file, e);
    }
  }

  static EspalierException notReadable(Path file, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "The weight file " + file + " cannot be read.",
        "Check that it exists, is a file, and that you may read it.",
        cause);
  }
}
