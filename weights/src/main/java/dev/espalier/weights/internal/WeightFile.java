package dev.espalier.weights.internal;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.MemoryShortage;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A weight file that is being read: its bytes, mapped into memory instead of copied to the heap,
 * and the errors about it, which name the file and the place in it. Not thread-safe.
 */
public final class WeightFile {
  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final Kind kind;
  private String place = "the start";

  /**
   * What a file is read as, for messages.
   *
   * @param name such as {@code PyTorch}
   * @param remedy what to do about a damaged one
   */
  public record Kind(String name, String remedy) {}

  private WeightFile(Path path, FileChannel channel, long size, Kind kind) {
    this.path = path;
    this.channel = channel;
    this.size = size;
    this.kind = kind;
  }

  /**
   * Returns what a reader makes of a file.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} if there is no such file; {@link
   *     ErrorCode#INVALID_WEIGHT_FILE} whatever way the reader fails; {@link
   *     ErrorCode#OUT_OF_MEMORY} if the heap is too small for it
   */
  public static <T> T read(Path path, Kind kind, Function<? super WeightFile, ? extends T> reader) {
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw notReadable(path, null);
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      WeightFile file = new WeightFile(path, channel, channel.size(), kind);
      return MemoryShortage.named(
          "the weight file " + path,
          "convert the weights to a smaller type, such as half precision",
          () -> file.readBy(reader));
    } catch (IOException e) {
      throw notReadable(path, e);
    }
  }

  private <T> T readBy(Function<? super WeightFile, ? extends T> reader) {
    try {
      return reader.apply(this);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw invalid("it ends too early; the file is damaged or truncated", e);
    } catch (IllegalArgumentException | ArithmeticException | StackOverflowError e) {
      throw invalid("it is damaged (" + e + ")", e);
    }
  }

  /** Returns the path. */
  public Path path() {
    return path;
  }

  /** Returns the number of bytes. */
  public long size() {
    return size;
  }

  /** Says where the reader is, for errors from here on: such as {@code the array "a"}. */
  public void at(String where) {
    place = where;
  }

  /** Returns an error about the place where the reader is. */
  public EspalierException invalid(String problem) {
    return invalid(problem, null);
  }

  private EspalierException invalid(String problem, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        "The file "
            + path
            + " is not a readable "
            + kind.name()
            + " file: at "
            + place
            + ", "
            + problem
            + ".",
        kind.remedy(),
        cause);
  }

  /** Returns an error about a file that is intact, but not what can be read. */
  public EspalierException refused(String problem, String remedy) {
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE, "The file " + path + " " + problem + ".", remedy);
  }

  /**
   * Returns bytes of the file in little-endian order, which stay valid after the file is closed.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_WEIGHT_FILE} if the file does not have them
   */
  public ByteBuffer bytes(long position, long length) {
    if (position < 0 || length < 0 || position > size || length > size - position) {
      throw invalid(
          length
              + " bytes from byte "
              + position
              + " on are not in the "
              + size
              + " bytes of the file, which may be truncated");
    }
    if (length > Integer.MAX_VALUE) {
      throw invalid("there are " + length + " bytes, and the limit is 2 GiB for an array");
    }
    if (length == 0) {
      return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    }
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, position, length)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw notReadable(path, e);
    }
  }

  private static EspalierException notReadable(Path path, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "The weight file " + path + " cannot be read.",
        "Check that it exists, is a file, and that you may read it.",
        cause);
  }
}
