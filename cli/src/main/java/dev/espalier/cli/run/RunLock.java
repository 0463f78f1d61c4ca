package dev.espalier.cli.run;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other processes out of the folder of a run. The operating system releases the lock when the
 * process ends in any way; the file remains until the run is complete, and contains the name of the
 * command.
 */
final class RunLock implements AutoCloseable {
  static final String FILE = ".lock";

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a folder.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE} if another run is using it
   * @throws IOException if it is not writable
   */
  static RunLock on(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS));
    if (isTaken(channel)) {
      channel.close();
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "Another process is training in the folder " + folder + " now.",
          "Wait until it has ended, or name another folder.");
    }
    return new RunLock(file, channel);
  }

  private static boolean isTaken(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true; // by another thread of this process
    } catch (IOException e) {
      return false; // a file system without locks must not prevent training
    }
  }

  /** Returns the command that started the run, or null if unknown. */
  @Nullable String command() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    channel.read(bytes, 0);
    String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
    return text.isEmpty() ? null : text;
  }

  /** Stores the name of the command. */
  void startedBy(String command) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)), 0);
  }

  /** Deletes the file, which only an incomplete run needs. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      return; // closed when the process ends in any case
    }
  }
}
