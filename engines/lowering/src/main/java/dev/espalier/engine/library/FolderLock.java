package dev.espalier.engine.library;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;

/**
 * Locks on files, which tell whether the process that created a file is still running: the
 * operating system releases a lock when its process ends.
 */
final class FolderLock {
  private FolderLock() {}

  /**
   * Runs {@code action} while holding an exclusive lock on {@code file}, against other processes
   * and against other class loaders of this process.
   */
  static <T> T whileLocked(Path file, Callable<T> action) throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      if (!lock.isValid()) {
        throw new IOException("the lock " + file + " was lost");
      }
      return action.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        // Another class loader of this process holds the lock; in that case lock() throws instead
        // of waiting.
        try {
          Thread.sleep(20);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted while another thread held the lock", interrupted);
        }
      }
    }
  }

  /** Returns whether the process that holds the file of a {@link LoadingMark} is still running. */
  static boolean isHeld(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null || !lock.isValid();
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      // Its owner deleted it in the meantime, or we lack the permission to check.
      return !Files.isWritable(file);
    }
  }
}
