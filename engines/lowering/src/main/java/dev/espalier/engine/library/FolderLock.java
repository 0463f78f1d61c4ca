package dev.espalier.engine.library;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;

/** Files that tell processes apart that live from those that died: a lock ends with its process. */
final class FolderLock {
  private FolderLock() {}

  /** Does something while no other process and no other class loader of this one does the same. */
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
        // Held in this process, by a class loader of its own: such locks do not wait there.
        try {
          Thread.sleep(20);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted while another thread held the lock", interrupted);
        }
      }
    }
  }

  /** Returns whether the process that holds a file of {@link LoadingMark} is still alive. */
  static boolean isHeld(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null || !lock.isValid();
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      // Taken away by its owner in the meantime, or not ours to judge.
      return !Files.isWritable(file);
    }
  }
}
