package dev.espalier.core.internal.file;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes a file beside its place and moves it there when it is complete and on the disk: whoever
 * opens the path sees the old file or the new one, also after a crash or with a full disk.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes to the channel, which the caller closes. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, and the folders it is to be in if they are missing.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; the old file, if any, is as it
   *     was
   */
  public static void write(Path file, Content content) {
    try {
      Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
      if (Files.exists(target) && !Files.isRegularFile(target)) {
        throw notWritable(file, "it is not a regular file", null);
      }
      Path folder = target.getParent();
      if (folder == null) {
        throw notWritable(file, "it has no folder", null);
      }
      Files.createDirectories(folder);
      Path beside =
          folder.resolve(
              "."
                  + target.getFileName()
                  + "."
                  + Long.toHexString(ThreadLocalRandom.current().nextLong())
                  + ".part");
      try {
        try (FileChannel channel =
            FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          content.writeTo(channel);
          channel.force(true);
        }
        Files.move(
            beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
      flush(folder);
    } catch (IOException e) {
      throw notWritable(file, e.toString(), e);
    }
  }

  /** Makes the move itself last: on Unix the name lives in the folder, which is a file too. */
  private static void flush(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows does not open folders, and needs none of this.
      return;
    }
  }

  private static EspalierException notWritable(
      Path file, String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        "The file " + file + " cannot be written: " + why + ".",
        "Check the permissions of its folder and the space on its disk, or choose another place.",
        cause);
  }
}
