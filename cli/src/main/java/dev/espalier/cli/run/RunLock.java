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
 * Keeps a second process out of the folder of a run. The system gives the lock back when the
 * process ends, however it does; the file stays until the run is complete, and says by which
 * command it was started.
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
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE} if another run is at work there
   * @throws IOException if nothing can be written there
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
      return false; // a file system without locks is no reason not to train
    }
  }

  /** Returns the command that the run was started by, or null if that is not known. */
  @Nullable String command() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    channel.read(bytes, 0);
    String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
    return text.isEmpty() ? null : text;
  }

  /** Notes the command that the run is started by. */
  void startedBy(String command) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)), 0);
  }

  /** Takes the file away, which only a run that is not complete needs. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      return; // the end of the process closes it in any case
    }
  }
}
